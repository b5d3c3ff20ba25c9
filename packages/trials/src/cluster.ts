import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findBinaries } from "@bincard/embedded-postgres/binaries";
import { chooseLauncher, type Command, commandOf } from "@bincard/embedded-postgres/launcher";
import { freePort } from "./free-port.ts";

const run = promisify(execFile);

export interface ClusterOptions {
  /** Settings beside the durable ones, such as `max_connections`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where `initdb` and `postgres` are, of another version than the installed one. */
  readonly programs?: string | undefined;
  /** A cluster that exists already, to be started as it lies there; otherwise one is made. */
  readonly folder?: string;
  /** What its superuser's password is; made up for a new one. */
  readonly password?: string;
  /** Beside the usual ones, such as `--wal-segsize=1`. */
  readonly initdb?: readonly string[];
  /** Another way to run the program on a cluster that lies ready in its folder. */
  readonly launch?: (program: string, args: readonly string[]) => Command;
}

const ROLE = "trials";
const START_ATTEMPTS = 100;
/** What a killed predecessor leaves for a moment. */
const PASSING = /Address already in use|still in use|could not bind|lock file|shared memory block/;

/**
 * A durable PostgreSQL of a trial's own on a port that it keeps, to be killed, stopped and started again.
 * What the trials do as its superuser goes through `url`.
 */
export class Cluster {
  readonly folder: string;
  readonly password: string;
  readonly port: number;
  readonly #options: ClusterOptions;
  readonly #programs: { initdb: string; postgres: string };
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #lines: string[] = [];

  private constructor(
    made: { folder: string; password: string; port: number },
    options: ClusterOptions,
    programs: { initdb: string; postgres: string },
  ) {
    this.folder = made.folder;
    this.password = made.password;
    this.port = made.port;
    this.#options = options;
    this.#programs = programs;
  }

  /** Makes a cluster, unless a folder is given, and starts it. */
  static async open(options: ClusterOptions = {}): Promise<Cluster> {
    const found = await findBinaries();
    const own = options.programs;
    const programs =
      own === undefined ? found : { initdb: join(own, "initdb"), postgres: join(own, "postgres") };
    const password = options.password ?? randomBytes(12).toString("base64url");
    const folder =
      options.folder ?? join(await mkdtemp(join(tmpdir(), "bincard-trial-")), "cluster");
    const cluster = new Cluster({ folder, password, port: await freePort() }, options, programs);
    if (options.folder === undefined) await cluster.#initdb();
    await cluster.start();
    return cluster;
  }

  get url(): string {
    return `postgres://${ROLE}:${this.password}@127.0.0.1:${this.port}/postgres`;
  }

  /** The last lines PostgreSQL wrote. */
  get output(): string {
    return this.#lines.join("\n");
  }

  /** Resolves when it accepts connections. What a killed predecessor left is waited for. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (await this.#launch()) return;
      if (attempt === START_ATTEMPTS || !PASSING.test(this.output))
        throw new Error(`no PostgreSQL: ${this.output}`);
      await sleep(100);
    }
  }

  /** In order, as an operator would. */
  async stop(): Promise<void> {
    this.#child?.kill("SIGINT");
    await this.#ended;
  }

  /** The postmaster dies at once; the processes below it notice and follow. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#ended;
  }

  async postmaster(): Promise<number> {
    return Number.parseInt(await readFile(join(this.folder, "postmaster.pid"), "utf8"), 10);
  }

  async remove(): Promise<void> {
    await this.kill();
    // Its children may still be writing their last.
    await rm(dirname(this.folder), { recursive: true, force: true, maxRetries: 20 });
  }

  async #initdb(): Promise<void> {
    const passwordFile = `${this.folder}.password`;
    await writeFile(passwordFile, this.password, { mode: 0o600 });
    const launcher = chooseLauncher(this.#programs.postgres, dirname(this.folder));
    const { file, args } = commandOf(launcher, this.#programs.initdb, [
      `--pgdata=${this.folder}`,
      `--username=${ROLE}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--data-checksums",
      "--no-sync",
      ...(this.#options.initdb ?? []),
    ]);
    await run(file, args);
  }

  async #launch(): Promise<boolean> {
    const settings = {
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      max_connections: "100",
      fsync: "on",
      synchronous_commit: "on",
      full_page_writes: "on",
      ...this.#options.settings,
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const { postgres } = this.#programs;
    const plain = (program: string, args: readonly string[]) =>
      commandOf(chooseLauncher(postgres, dirname(this.folder)), program, args);
    const launch = this.#options.launch ?? plain;
    const { file, args } = launch(postgres, [
      "-D",
      this.folder,
      "-p",
      String(this.port),
      ...options,
    ]);
    const child = spawn(file, args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
    this.#child = child;
    this.#lines = [];
    this.#ended = once(child, "exit").catch(() => undefined);
    // What it said last is read by then.
    const closed = once(child, "close").catch(() => undefined);
    const ready = new Promise<boolean>((resolve) => {
      createInterface({ input: child.stderr }).on("line", (line) => {
        this.#lines.push(line);
        if (this.#lines.length > 60) this.#lines.shift();
        if (line.includes("ready to accept connections")) resolve(true);
      });
    });
    return Promise.race([ready, closed.then(() => false)]);
  }
}
