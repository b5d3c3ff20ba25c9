import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Cluster } from "./cluster.ts";
import { superuser } from "./superuser.ts";

const run = promisify(execFile);

/** Log segments as they are finished, and a copy of the cluster's files to begin from. */
export interface Backup {
  readonly archive: string;
  readonly base: string;
}

export interface Target {
  readonly name: "recovery_target_lsn" | "recovery_target_xid";
  readonly value: string;
}

/** A cluster whose write-ahead log is kept, segment by segment, in a folder beside it. */
export async function archivingCluster(
  programs: string | undefined,
): Promise<{ cluster: Cluster; archive: string }> {
  const archive = await mkdtemp(join(tmpdir(), "bincard-archive-"));
  const cluster = await Cluster.open({
    programs,
    settings: {
      wal_level: "replica",
      archive_mode: "on",
      archive_command: `test ! -f ${archive}/%f && cp %p ${archive}/%f`,
    },
  });
  return { cluster, archive };
}

/** While others write: the files are copied as they are, torn pages and all; the log sets them right. */
export async function takeBase(cluster: Cluster): Promise<string> {
  const base = join(await mkdtemp(join(tmpdir(), "bincard-base-")), "cluster");
  const { sql, close } = superuser(cluster.url, { sessions: 1 });
  try {
    await sql`select pg_backup_start('trial', fast => true)`;
    await mkdir(base, { mode: 0o700 });
    for (const name of await readdir(cluster.folder)) {
      if (name === "pg_wal" || name.startsWith("postmaster.")) continue;
      await copy(join(cluster.folder, name), join(base, name));
    }
    await mkdir(join(base, "pg_wal", "archive_status"), { recursive: true, mode: 0o700 });
    const [stopped] = await sql<{ labelfile: string }[]>`
      select labelfile from pg_backup_stop(wait_for_archive => true)`;
    await writeFile(join(base, "backup_label"), stopped?.labelfile ?? "", { mode: 0o600 });
    return base;
  } finally {
    await close();
  }
}

/** Files may vanish while they are copied: a checkpoint tidies up. */
async function copy(from: string, to: string): Promise<void> {
  await run("cp", ["-a", from, to]).catch((error: unknown) => {
    const said = String(Object(error)["stderr"]);
    const lines = said.split("\n").filter((line) => line !== "");
    if (!lines.every((line) => line.includes("No such file or directory"))) throw error;
  });
}

/** Resolves when everything written so far lies in the archive. */
export async function archiveAll(cluster: Cluster): Promise<void> {
  const { sql, close } = superuser(cluster.url);
  try {
    const [last] = await sql<{ segment: string }[]>`
      select pg_walfile_name(pg_switch_wal()) as segment`;
    for (;;) {
      const [archiver] = await sql<{ done: boolean }[]>`
        select coalesce(last_archived_wal >= ${last?.segment ?? ""}, false) as done
        from pg_stat_archiver`;
      if (archiver?.done === true) return;
      await sleep(50);
    }
  } finally {
    await close();
  }
}

/** The cluster as it was at the target, on its own folder and port, and writable. */
export async function recoverTo(
  { base, archive }: Backup,
  target: Target,
  { password, programs }: { password: string; programs: string | undefined },
): Promise<Cluster> {
  const folder = join(await mkdtemp(join(tmpdir(), "bincard-recovered-")), "cluster");
  await run("cp", ["-a", base, folder]);
  await writeFile(join(folder, "recovery.signal"), "");
  return Cluster.open({
    folder,
    password,
    programs,
    settings: {
      restore_command: `cp ${archive}/%f %p`,
      [target.name]: target.value,
      recovery_target_action: "promote",
      archive_mode: "off",
    },
  });
}

export async function removeBackup({ base, archive }: Backup): Promise<void> {
  for (const folder of [join(base, ".."), archive])
    await rm(folder, { recursive: true, force: true });
}
