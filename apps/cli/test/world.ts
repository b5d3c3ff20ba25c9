import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { type Bincard, createBincard, type Fetch } from "@bincard/client";
import { ensureRoot, makeToken, migrate, openLedger } from "@bincard/core";
import { type TestDatabase, testDatabase } from "@bincard/embedded-postgres/testing";
import { createApp, httpCourier, listen } from "@bincard/server";
import { type Io, run, type Sink, type Source } from "../src/index.ts";

/** What one command printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a test differs from the plain case. */
export interface Circumstances {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly interrupted?: AbortSignal;
  readonly stderrIsTty?: boolean;
  readonly stdoutIsTty?: boolean;
  readonly openPage?: (url: string) => Promise<void>;
  readonly fetch?: Fetch;
  /** Told when something was printed on stdout. */
  readonly onPrint?: () => void;
}

/** A real server on a database of its own, a folder, and somebody who types commands in it. */
export interface World {
  readonly url: string;
  readonly token: string;
  readonly client: Bincard;
  readonly database: TestDatabase;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Types a command. Words are split at spaces; a list is taken as it is. */
  type(command: string | readonly string[], given?: Circumstances): Promise<Ran>;
  /** Writes a file into the folder. */
  file(name: string, text: string): Promise<string>;
  end(): Promise<void>;
}

export class Captured extends Writable {
  text = "";
  readonly isTTY: boolean;
  readonly #onPrint: (() => void) | undefined;

  constructor(isTTY = false, onPrint?: () => void) {
    super({ decodeStrings: true });
    this.isTTY = isTTY;
    this.#onPrint = onPrint;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
    this.#onPrint?.();
  }
}

export async function openWorld(): Promise<World> {
  const database = await testDatabase();
  await migrate(database.url);
  const token = makeToken();
  await ensureRoot(database.url, { token });
  const ledger = openLedger({
    databaseUrl: database.url,
    webhooks: {
      secretKey: "a secret of the tests, of some length",
      courier: httpCourier({ allowLocal: true }),
      retryScale: 0.000_01,
    },
  });
  ledger.startWebhooks();
  const server = await listen(createApp({ ledger }), { host: "127.0.0.1", port: 0 });
  const folder = await mkdtemp(join(tmpdir(), "bincard-cli-"));
  const env = {
    XDG_CONFIG_HOME: join(folder, "config"),
    HOME: folder,
    BINCARD_URL: server.url,
    BINCARD_TOKEN: token,
  };
  return {
    url: server.url,
    token,
    client: createBincard({ url: server.url, token }),
    database,
    folder,
    env,
    type: (command, given = {}) =>
      type(command, { ...given, cwd: folder, env: { ...env, ...given.env } }),
    async file(name, text) {
      await writeFile(join(folder, name), text);
      return name;
    },
    async end() {
      await server.close();
      await ledger.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs the CLI as a program would be run, but in this process. */
export async function type(
  command: string | readonly string[],
  given: Circumstances & { readonly cwd: string },
): Promise<Ran> {
  const stdout = new Captured(given.stdoutIsTty, given.onPrint);
  const stderr = new Captured(given.stderrIsTty);
  const io: Io = {
    stdin: Readable.from(given.stdin === undefined ? [] : [given.stdin]) satisfies Source,
    stdout: stdout satisfies Sink,
    stderr: stderr satisfies Sink,
    env: given.env ?? {},
    cwd: given.cwd,
    interrupted: given.interrupted ?? new AbortController().signal,
    ...(given.openPage !== undefined && { openPage: given.openPage }),
    ...(given.fetch !== undefined && { fetch: given.fetch }),
  };
  const words = typeof command === "string" ? command.split(" ") : command;
  const code = await run(words, io);
  return { code, stdout: stdout.text, stderr: stderr.text };
}
