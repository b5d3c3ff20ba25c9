import { randomBytes } from "node:crypto";
import postgres from "postgres";

/**
 * What the trials do past everything of Bincard's, as the cluster's superuser: make databases, watch and end
 * sessions, damage rows. Nothing else of the trials connects as anybody but the product itself.
 */
export interface Superuser {
  readonly sql: postgres.Sql;
  close(): Promise<void>;
}

/** `sessions`: 1 where one statement depends on what its session said before. */
export function superuser(url: string, { sessions = 2 }: { sessions?: number } = {}): Superuser {
  const sql = postgres(url, {
    max: sessions,
    onnotice: () => undefined,
    connect_timeout: 10,
    fetch_types: false,
    connection: { application_name: "trials", TimeZone: "UTC" },
  });
  return { sql, close: () => sql.end({ timeout: 2 }) };
}

export interface TrialDatabase {
  /** What the product is given. */
  readonly url: string;
  drop(): Promise<void>;
}

/** An empty database of a server's. */
export async function makeDatabase(serverUrl: string): Promise<TrialDatabase> {
  const name = `bincard_trial_${randomBytes(6).toString("hex")}`;
  await once(serverUrl, `create database ${name} template template0 encoding 'UTF8'`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => once(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

async function once(url: string, statement: string): Promise<void> {
  const { sql, close } = superuser(url);
  await sql.unsafe(statement).finally(close);
}

/** Sessions of Bincard that are in the middle of a statement; all of them if `idle` too. */
export async function backends(
  { sql }: Superuser,
  { idle = false }: { idle?: boolean } = {},
): Promise<number[]> {
  const rows = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity
    where application_name = 'bincard' and (state = 'active' or ${idle})`;
  return rows.map(({ pid }) => pid);
}
