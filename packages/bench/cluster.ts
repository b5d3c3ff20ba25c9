import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@bincard/embedded-postgres";
import postgres, { type Sql } from "postgres";
import { postmasterOf } from "./cpu.ts";
import type { Gauges } from "./measure.ts";

/** The PostgreSQL that everything in a run shares, with durable commits. */
export interface Cluster extends Gauges {
  /** As a role that may do everything. */
  readonly url: string;
  readonly folder: string;
  readonly version: string;
  /** What decides about durability and speed, as the server has it. */
  readonly settings: Readonly<Record<string, string>>;
  /** A new and empty database. */
  createDatabase(name: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  stop(): Promise<void>;
}

const SETTINGS = [
  "fsync",
  "synchronous_commit",
  "full_page_writes",
  "shared_buffers",
  "max_wal_size",
  "wal_level",
  "data_checksums",
];

export async function startCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), "bincard-bench-"));
  const running = await startPostgres({ dataDir: folder, durable: true });
  const sql = postgres(running.url, { max: 1, onnotice: () => undefined });
  const [shown] = await sql<{ server_version: string }[]>`show server_version`;
  return {
    url: running.url,
    folder,
    version: shown?.server_version ?? "unknown",
    settings: await settingsOf(sql),
    postmaster: postmasterOf(folder),
    async walPosition() {
      const [row] = await sql<{ bytes: string }[]>`
        select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as bytes`;
      return Number(row?.bytes ?? 0);
    },
    async createDatabase(name) {
      await sql.unsafe(`create database ${name} template template0 encoding 'UTF8'`);
      const url = new URL(running.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    async dropDatabase(name) {
      await sql.unsafe(`drop database if exists ${name} with (force)`);
    },
    async stop() {
      await sql.end({ timeout: 5 });
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function settingsOf(sql: Sql): Promise<Record<string, string>> {
  const rows = await sql<{ name: string; setting: string }[]>`
    select name, current_setting(name) as setting from pg_settings where name = any(${SETTINGS}::text[])
    order by name`;
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}
