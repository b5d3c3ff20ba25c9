import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PostgresNotStarted } from "./failure.ts";
import { commandLineOf, isAlive } from "./processes.ts";

const PID_FILE = "postmaster.pid";
/** A fast shutdown writes everything out first, so it is given time before it is cut short. */
const FAST_SECONDS = 30;
const IMMEDIATE_SECONDS = 10;

/**
 * Deals with the PostgreSQL an earlier Bincard left in this cluster. One that still runs is stopped, provided
 * that its Bincard died (`abandoned`); a process that merely got its id is no obstacle.
 */
export async function clearOrphan(cluster: string, { abandoned }: { abandoned: boolean }) {
  const pid = await recordedPid(cluster);
  if (pid === undefined || pid === process.pid || !isAlive(pid)) return;
  const commandLine = commandLineOf(pid);
  // Where the system does not tell, PostgreSQL's own check decides.
  if (commandLine === undefined) return;
  if (!isPostmasterOf(cluster, commandLine)) return disown(cluster);
  if (!abandoned) {
    throw new PostgresNotStarted(
      `another PostgreSQL (process ${pid}) that Bincard did not start uses ${cluster}: stop it first`,
    );
  }
  await stop(pid, cluster);
}

async function stop(pid: number, cluster: string): Promise<void> {
  const isGone = () => {
    const commandLine = commandLineOf(pid);
    return commandLine === undefined || !isPostmasterOf(cluster, commandLine);
  };
  for (const [signal, seconds] of [
    ["SIGINT", FAST_SECONDS],
    ["SIGQUIT", IMMEDIATE_SECONDS],
  ] as const) {
    if (isGone()) return;
    send(pid, signal);
    const deadline = Date.now() + seconds * 1_000;
    while (Date.now() < deadline) {
      if (isGone()) return;
      await sleep(20);
    }
  }
  throw new PostgresNotStarted(
    `the PostgreSQL of a Bincard that was killed (process ${pid}) does not stop: stop it by hand`,
  );
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between, which is what the signal was for; or it is not ours, and the wait will tell.
  }
}

/** The postmaster keeps its command line; the processes below it rename themselves. */
function isPostmasterOf(cluster: string, commandLine: string): boolean {
  return /^\S*postgres(?:\.exe)? /.test(commandLine) && `${commandLine} `.includes(` ${cluster} `);
}

async function recordedPid(cluster: string): Promise<number | undefined> {
  const text = await readFile(join(cluster, PID_FILE), "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

/**
 * The file names a living process that is not PostgreSQL. Removing it would also remove the key by which
 * PostgreSQL notices survivors of a killed server, so only the id is changed: to ours, since a postmaster
 * never takes its own parent for a rival.
 */
async function disown(cluster: string): Promise<void> {
  const file = join(cluster, PID_FILE);
  const [, ...rest] = (await readFile(file, "utf8")).split("\n");
  const draft = `${file}.draft`;
  await writeFile(draft, [String(process.pid), ...rest].join("\n"), { mode: 0o600 });
  await rename(draft, file).finally(() => rm(draft, { force: true }));
}
