import { connect as connectSocket, type Socket } from "node:net";
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
  statement_timeout: 15_000,
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

/**
 * A network that goes dumb resets nothing: only we can tell that nothing comes any more. Postgres has an answer or
 * an error for every statement within its time-out, so a longer silence is that of a dead connection, or of one
 * that nobody needs just now.
 */
const SILENCE_AFTER_TIMEOUT_MS = 5_000;

interface Place {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path?: string | false;
}

function socketThatGivesUp(after: number) {
  return ({ host: [host = "localhost"], port: [port = 5432], path }: Place): Socket => {
    const socket = path ? connectSocket(path) : connectSocket(port, host);
    const silent = Object.assign(new Error("the database has gone silent"), { code: "ETIMEDOUT" });
    return socket.setTimeout(after, () => socket.destroy(silent));
  };
}

interface Manner {
  readonly connections: number;
  readonly settings: typeof SETTINGS & Readonly<Record<string, string | number>>;
  /** Whether a statement may take as long as it takes. */
  readonly isPatient?: boolean;
}

function client(url: string, { connections, settings, isPatient = false }: Manner): Sql {
  const giveUp = { socket: socketThatGivesUp(settings.statement_timeout + SILENCE_AFTER_TIMEOUT_MS) };
  return postgres(url, {
    max: connections,
    connect_timeout: 10,
    // Seconds between attempts to connect: requests wait for them, and get their 503 or go on.
    backoff: () => 0.2 + Math.random() * 0.3,
    ...(isPatient ? { keep_alive: 10 } : giveUp),
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
  /** What reads a whole ledger, and may take its time. */
  readonly long: Sql;
  close(): Promise<void>;
}

/** Connects lazily: nothing is sent before the first query. */
export function connect(url: string): Connections {
  // Drizzle changes its client's serialisers, so plain statements get clients of their own.
  const forDrizzle = client(url, { connections: 6, settings: SETTINGS });
  const sql = client(url, { connections: 4, settings: PLANNED_EACH_TIME });
  const writer = client(url, { connections: 6, settings: PLANNED_ONCE });
  const patient = { ...PLANNED_EACH_TIME, statement_timeout: 0 };
  const long = client(url, { connections: 2, settings: patient, isPatient: true });
  return {
    db: drizzle(forDrizzle, { casing: "snake_case" }),
    sql,
    writer,
    long,
    async close() {
      await Promise.all([forDrizzle, sql, writer, long].map((each) => each.end({ timeout: 5 })));
    },
  };
}
