import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";
import { PostgresNotStarted, reasonIn } from "./failure.ts";
import { commandOf, type Launcher } from "./launcher.ts";

/** What a postmaster is started with. */
export interface Setup {
  readonly cluster: string;
  readonly binaries: Binaries;
  readonly launcher: Launcher;
  readonly durable: boolean;
  /** Called once if PostgreSQL ends without having been asked to, with one sentence. */
  readonly onDeath: (sentence: string) => void;
}

export interface Postmaster {
  readonly port: number;
  stop(): Promise<void>;
}

const ATTEMPTS = 200;
const RETRY_MILLISECONDS = 100;
const KEPT_LINES = 50;
const FAST_MILLISECONDS = 7_000;
const IMMEDIATE_MILLISECONDS = 2_000;

/** The folder is ours by now, so whoever still stands in its lock file has been killed and is not buried yet. */
const PASSING = /Address already in use|still in use|could not bind|lock file ".*" already exists/;

/**
 * Starts PostgreSQL and waits until it answers. Two obstacles pass by themselves and are waited for: a port
 * that was taken between choosing and using it, and processes of a killed server that are still on their way out.
 */
export async function startPostmaster(setup: Setup): Promise<Postmaster> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const outcome = await launch(setup, port);
    if ("stop" in outcome) return outcome;
    const passing = PASSING.test(outcome.output);
    if (!passing || attempt === ATTEMPTS) {
      throw new PostgresNotStarted(`PostgreSQL did not start: ${reasonIn(outcome.output)}`);
    }
    await sleep(RETRY_MILLISECONDS);
  }
}

async function launch(setup: Setup, port: number): Promise<Postmaster | { output: string }> {
  const { file, args } = commandOf(setup.launcher, setup.binaries.postgres, options(setup, port));
  // Its own process group: Ctrl-C reaches us first, and we stop it when the last request is answered.
  const child = spawn(file, args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  const lines: string[] = [];
  const ended = once(child, "exit").then(
    () => undefined,
    (error: unknown) => void lines.push(`error: ${String(error)}`),
  );
  const ready = new Promise<true>((resolve) => {
    // Read to the end even when nobody listens any more: a full pipe would stop PostgreSQL.
    createInterface({ input: child.stderr }).on("line", (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      if (line.includes("ready to accept connections")) resolve(true);
    });
  });
  if ((await Promise.race([ready, ended])) !== true) return { output: lines.join("\n") };
  let asked = false;
  void ended.then(() => {
    if (!asked) setup.onDeath(`PostgreSQL ended by itself: ${reasonIn(lines.join("\n"))}`);
  });
  const stop = async () => {
    asked = true;
    await stopChild(child, { ended, setup });
  };
  return { port, stop };
}

/** Fast first, which ends in a checkpoint; then immediate, which the next start recovers from. */
async function stopChild(
  child: ChildProcess,
  { ended, setup }: { ended: Promise<void>; setup: Setup },
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === "win32") {
    // Windows has no signals to send: PostgreSQL's own tool knows the way.
    execFile(setup.binaries.pgCtl, ["stop", "-m", "fast", "-D", setup.cluster], () => undefined);
  } else child.kill("SIGINT");
  const within = async (milliseconds: number) =>
    Promise.race([ended.then(() => true), sleep(milliseconds, false, { ref: false })]);
  if (await within(FAST_MILLISECONDS)) return;
  child.kill("SIGQUIT");
  if (await within(IMMEDIATE_MILLISECONDS)) return;
  child.kill("SIGKILL");
  await ended;
}

function options({ cluster, durable }: Setup, port: number): string[] {
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    // Hides the errors that statements are answered with, keeps what concerns the server itself.
    "log_min_messages=log",
    "log_checkpoints=off",
    "logging_collector=off",
    "log_destination=stderr",
    "max_connections=200",
    ...(durable
      ? [
          "fsync=on",
          "synchronous_commit=on",
          "full_page_writes=on",
          // A young ledger grows a hundredfold in a minute, and until its tables are looked at again queries are
          // planned for what they were.
          "autovacuum_naptime=10s",
        ]
      : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]),
  ];
  return ["-D", cluster, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address !== null && typeof address === "object") return address.port;
  throw new PostgresNotStarted("the machine gave no free port on 127.0.0.1");
}
