import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

export type Sql = postgres.Sql;
/** A client or a transaction on it: what a statement can be sent through. */
export type Statement = postgres.ISql;
/** A part of a statement. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;
export type Database = PostgresJsDatabase;

const SETTINGS = {
  application_name: "bincard",
  TimeZone: "UTC",
  DateStyle: "ISO",
  statement_timeout: 60_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 30_000,
};

/**
 * Reads by key are planned each time, for the tables as they are now: a plan kept from when a table was
 * empty may walk a whole merchant for every key, until the statistics catch up.
 */
const PLANNED_EACH_TIME = { ...SETTINGS, plan_cache_mode: "force_custom_plan" };
/**
 * The writer's statement is planned once a connection, perhaps for an empty database, and must be right for
 * a full one: rows are found by their keys, one by one, whatever the statistics say.
 */
const PLANNED_ONCE = {
  ...SETTINGS,
  plan_cache_mode: "force_generic_plan",
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
};

/** Times stay text: the driver's `Date` would cut their microseconds (L12). */
const timestamptz = {
  to: 1184,
  from: [1184],
  serialize: (value: string) => value,
  parse: (printed: string) => printed,
};

type Cell = string | number | null;

function arrayLiteral(cells: readonly Cell[]): string {
  const written = cells.map((cell) => {
    if (cell === null) return "null";
    return typeof cell === "number" ? cell : `"${cell.replace(/["\\]/g, "\\$&")}"`;
  });
  return `{${written.join(",")}}`;
}

const arrayOf = (oid: number) => ({
  to: oid,
  from: [],
  // Drizzle has written the literal already.
  serialize: (given: readonly Cell[] | string) =>
    typeof given === "string" ? given : arrayLiteral(given),
  parse: (printed: string) => printed,
});
const arrays = { texts: arrayOf(1009), integers: arrayOf(1007), bigints: arrayOf(1016) };

function client(url: string, connections: number, settings: Record<string, string | number>): Sql {
  return postgres(url, {
    max: connections,
    connect_timeout: 10,
    onnotice: () => undefined,
    connection: settings,
    // Asked for its array types, a server that is just going away leaves a rejection that nobody can
    // handle, and that ends the process. So we name the three that we use.
    fetch_types: false,
    types: { timestamptz, ...arrays },
  });
}

export interface Connections {
  /** Reads and the small writes, as Drizzle queries. */
  readonly db: Database;
  /** Set-based reads, and what lanes must know before they judge. */
  readonly sql: Sql;
  /** The lanes' fenced statements. */
  readonly writer: Sql;
  close(): Promise<void>;
}

/** Connects lazily: nothing is sent before the first query. */
export function connect(url: string): Connections {
  // Drizzle changes its client's serialisers, so plain statements get clients of their own.
  const forDrizzle = client(url, 6, SETTINGS);
  const sql = client(url, 4, PLANNED_EACH_TIME);
  const writer = client(url, 6, PLANNED_ONCE);
  return {
    db: drizzle(forDrizzle, { casing: "snake_case" }),
    sql,
    writer,
    async close() {
      await Promise.all([forDrizzle, sql, writer].map((each) => each.end({ timeout: 5 })));
    },
  };
}
