import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chown,
  lchown,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { PostgresNotStarted, reasonIn } from "./failure.ts";
import { commandOf, type Launcher } from "./launcher.ts";

const run = promisify(execFile);

/** The one role of an embedded cluster. */
export const ROLE = "bincard";
const PASSWORD_FILE = "bincard.password";
/** The major version these binaries read; initdb writes it into the cluster. */
const VERSION_FILE = "PG_VERSION";

export async function clusterExists(cluster: string): Promise<boolean> {
  return readFile(join(cluster, VERSION_FILE)).then(
    () => true,
    () => false,
  );
}

/**
 * Makes a cluster: initdb into a folder beside it, then one rename, because a killed initdb leaves a folder
 * that looks like a cluster and never starts. Its password lies inside, so that the two exist together.
 */
export async function makeCluster(
  cluster: string,
  { initdb, launcher, durable }: { initdb: string; launcher: Launcher; durable: boolean },
): Promise<void> {
  await clearLeftovers(cluster);
  const draft = `${cluster}.init-${process.pid}`;
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
    for (const path of [draft, passwordFile]) await give(path, launcher.owner);
    const { file, args } = commandOf(launcher, initdb, initdbOptions(draft, passwordFile, durable));
    await run(file, args);
    await rename(passwordFile, join(draft, PASSWORD_FILE));
    await rename(draft, cluster);
    if (durable) await flushFolder(dirname(cluster));
  } catch (error) {
    const output = String(Object(error)["stderr"] ?? error);
    throw new PostgresNotStarted(`cannot make a database in ${cluster}: ${reasonIn(output)}`);
  } finally {
    await clearLeftovers(cluster);
  }
}

function initdbOptions(draft: string, passwordFile: string, durable: boolean): string[] {
  return [
    `--pgdata=${draft}`,
    `--username=${ROLE}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // The same order of text on every machine; the C library's locales are not asked.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    ...(durable ? [] : ["--no-sync"]),
  ];
}

/** Remains of an initdb that was killed. Only the holder of the data folder's lock may call this. */
async function clearLeftovers(cluster: string): Promise<void> {
  const folder = dirname(cluster);
  const names = await readdir(folder);
  const leftovers = names.filter((name) => name.startsWith(`${basename(cluster)}.init-`));
  for (const name of leftovers) await rm(join(folder, name), { recursive: true, force: true });
}

async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // Windows cannot open a folder to flush it.
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

export async function readPassword(cluster: string): Promise<string> {
  return readFile(join(cluster, PASSWORD_FILE), "utf8").catch(() => {
    throw new PostgresNotStarted(
      `${join(cluster, PASSWORD_FILE)} cannot be read: without it the database beside it cannot be opened`,
    );
  });
}

/**
 * Sees to it that the launcher's user owns the cluster. Root may take over what root or nobody left behind
 * (the machine may permit namespaces today and not tomorrow), but never another person's files.
 */
export async function ownCluster(cluster: string, { owner }: Launcher): Promise<void> {
  const { uid } = await stat(cluster);
  if (owner === undefined || uid === owner) return;
  const ours = process.getuid?.() === 0 && (uid === 0 || uid === 65_534);
  if (!ours) {
    throw new PostgresNotStarted(
      `${cluster} belongs to the user with uid ${uid}: start Bincard as that user, or with another BINCARD_DATA_DIR`,
    );
  }
  const inside = await readdir(cluster, { recursive: true });
  // The folder itself changes hands last: an interrupted handover is seen and done again.
  for (const path of inside) await lchown(join(cluster, path), owner, owner);
  await chown(cluster, owner, owner);
}

async function give(path: string, owner: number | undefined): Promise<void> {
  if (owner !== undefined && process.getuid?.() === 0) await chown(path, owner, owner);
}
