import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { databaseOf } from "./database-of.ts";
import { makeRoles } from "./roles.ts";

const FOLDER = fileURLToPath(new URL("../../migrations", import.meta.url));
const OLDEST_POSTGRES = 150_000;
/** One for all Bincard servers on a database: the migrator itself takes no lock. */
const MIGRATION_LOCK = 7_261_042;

/** The database was migrated by a newer Bincard: this one would not understand it. */
export class DatabaseTooNew extends Error {
  override readonly name = "DatabaseTooNew";
  constructor() {
    super(
      "the database was migrated by a newer version of Bincard: start that version, or a later one",
    );
  }
}

export class PostgresTooOld extends Error {
  override readonly name = "PostgresTooOld";
  constructor(version: string) {
    super(`PostgreSQL ${version} is too old: Bincard needs 15 or newer`);
  }
}

interface Journal {
  readonly entries: readonly { readonly when: number }[];
}

async function newestKnown(): Promise<number> {
  const journal = JSON.parse(await readFile(`${FOLDER}/meta/_journal.json`, "utf8")) as Journal;
  return Math.max(...journal.entries.map((entry) => entry.when));
}

async function newestApplied(sql: postgres.Sql): Promise<number> {
  const [table] = await sql`select to_regclass('bincard.migrations') is not null as exists`;
  if (table?.["exists"] !== true) return 0;
  const [newest] = await sql`select max(created_at)::float8 as at from bincard.migrations`;
  return Number(newest?.["at"] ?? 0);
}

/**
 * Brings the database to this version. Servers that start at once take turns.
 * Throws `PostgresTooOld`, `DatabaseTooNew`, `RolesMissing`, or what the driver throws when it cannot connect.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, {
    ...databaseOf(databaseUrl),
    max: 1,
    onnotice: () => undefined,
    connect_timeout: 10,
    fetch_types: false,
  });
  try {
    const [server] = await sql`
      select current_setting('server_version_num')::int as number, current_setting('server_version') as name`;
    if (Number(server?.["number"]) < OLDEST_POSTGRES)
      throw new PostgresTooOld(String(server?.["name"]));
    const newest = await newestKnown();
    // A standby can say that there is nothing to do; it could not do it.
    if ((await newestApplied(sql)) === newest) return;
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    if ((await newestApplied(sql)) > newest) throw new DatabaseTooNew();
    await makeRoles(sql);
    await applyMigrations(drizzle(sql), {
      migrationsFolder: FOLDER,
      migrationsSchema: "bincard",
      migrationsTable: "migrations",
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
