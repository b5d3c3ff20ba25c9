import type { Bincard, Retrying } from "@bincard/client";
import type { Format } from "./formats.ts";
import { type Io, write } from "./io.ts";
import type { Print } from "./print.ts";
import type { Settings } from "./settings.ts";

/** The options that every command takes. */
export interface CommonOptions {
  readonly output?: Format;
  readonly json?: boolean;
  readonly profile?: string;
  readonly quiet?: boolean;
}

/** What a command works with: where to print, and whom to ask. */
export class Context implements Print {
  readonly io: Io;
  /** The words after `bincard`, to show how to go on. */
  readonly argv: readonly string[];
  readonly format: Format;
  readonly #common: CommonOptions;
  #settings: Promise<Settings> | undefined;
  #client: Promise<Bincard> | undefined;

  constructor(io: Io, argv: readonly string[], common: CommonOptions) {
    this.io = io;
    this.argv = argv;
    this.#common = common;
    this.format = common.json === true ? "json" : (common.output ?? "table");
  }

  get profileName(): string | undefined {
    return this.#common.profile;
  }

  /** Whether a person can be asked: both ends are a terminal. */
  get canAsk(): boolean {
    return this.io.stdin.isTTY === true && this.io.stderr.isTTY === true;
  }

  settings(): Promise<Settings> {
    this.#settings ??= import("./settings.ts").then(({ readSettings }) =>
      readSettings(this.io, this.profileName),
    );
    return this.#settings;
  }

  /** `onRetry`: only a command that waits for the server for ever has something to say of it. */
  client(onRetry?: (retrying: Retrying) => void): Promise<Bincard> {
    this.#client ??= this.#connect(onRetry);
    return this.#client;
  }

  async #connect(onRetry?: (retrying: Retrying) => void): Promise<Bincard> {
    const [{ requireToken }, { connect }] = await Promise.all([
      import("./settings.ts"),
      import("./connect.ts"),
    ]);
    const settings = await this.settings();
    return connect(this.io, { url: settings.url, token: requireToken(settings), onRetry });
  }

  /** A line for people, which `--quiet` leaves out. */
  async note(text: string): Promise<void> {
    if (this.#common.quiet !== true) await write(this.io.stderr, `${text}\n`);
  }
}
