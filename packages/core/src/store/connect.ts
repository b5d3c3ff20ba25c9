import { connect as connectSocket, type Socket } from "node:net";
import { PgDialect } from "drizzle-orm/pg-core";
import { drizzle, PostgresJsDatabase, PostgresJsSession } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { databaseOf } from "./database-of.ts";
import { LentClients } from "./lent-clients.ts";
import { Tenants } from "./tenants.ts";
import { Writers } from "./writers.ts";

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
  readonly connections?: number;
  readonly settings: typeof SETTINGS & Readonly<Record<string, string | number>>;
  /** Whether a statement may take as long as it takes. */
  readonly isPatient?: boolean;
  /** Told when a connection is lost. */
  readonly onLost?: () => void;
}

function client(
  url: string,
  { connections = 1, settings, isPatient = false, onLost }: Manner,
): Sql {
  const giveUp = {
    socket: socketThatGivesUp(settings.statement_timeout + SILENCE_AFTER_TIMEOUT_MS),
  };
  return postgres(url, {
    ...databaseOf(url),
    max: connections,
    connect_timeout: 10,
    // The driver would give each up at some age, perhaps in the middle of what was to go through it whole.
    max_lifetime: null,
    // Seconds between attempts to connect: requests wait for them, and get their 503 or go on.
    backoff: () => 0.2 + Math.random() * 0.3,
    ...(isPatient ? { keep_alive: 10 } : giveUp),
    onnotice: () => undefined,
    ...(onLost === undefined ? {} : { onclose: onLost }),
    connection: settings,
    // Asked for its array types, a server that is just going away leaves a rejection that nobody can
    // handle, and that ends the process. So we name the three that we use.
    fetch_types: false,
    types: { timestamptz, ...arrays },
  });
}

/** What a merchant's verbs work with: through it they see that merchant's rows and no others (L11). */
export interface Connections {
  /** Reads and the small writes, as Drizzle queries. */
  readonly db: Database;
  /** Set-based reads, and what lanes must know before they judge. */
  readonly sql: Sql;
  /** What reads a whole ledger, and may take its time. Transactions only. */
  readonly long: Sql;
}

export interface Pools {
  of(merchantId: string): Connections;
  /** The lanes' fenced statements, of the merchants they carry. */
  readonly writers: Writers;
  /** The lanes' transactions that take a merchant's lock first. */
  readonly locking: Tenants;
  /** What is sent to receivers of webhooks, so that it never waits for those who ask, nor they for it. */
  readonly webhooks: Tenants;
  /** Who asks, and which merchants there are: all that is ever read across merchants, and nothing of their ledgers. */
  readonly gate: Pick<Connections, "db" | "sql">;
  /** For questions about the database itself. */
  readonly plain: Database;
  close(): Promise<void>;
}

/** The roles that migrations make: neither owns a table, nor can they bypass what the policies say. */
const AS_APP = { role: "bincard_app" };
const AS_GATE = { role: "bincard_gate" };

/**
 * Drizzle over views of a pool. The dialect is shared, since it remembers what each column is called: to find
 * that out anew for every request costs more than the query.
 */
function drizzleOver({ clients }: LentClients): (view: Sql) => Database {
  // Has the driver leave to Drizzle what it reads by itself; views have their clients' options.
  for (const each of clients) drizzle(each);
  const dialect = new PgDialect({ casing: "snake_case" });
  return (view) =>
    new PostgresJsDatabase(dialect, new PostgresJsSession(view, dialect, undefined), undefined);
}

/** Connects lazily: nothing is sent before the first query. */
export function connect(url: string): Pools {
  const app = (settings: Manner["settings"], more: Partial<Manner> = {}) =>
    client(url, { settings: { ...settings, ...AS_APP }, ...more });
  const lent = (
    connections: number,
    settings: Manner["settings"],
    more: Partial<Manner> = {},
  ): LentClients => new LentClients(connections, (onLost) => app(settings, { ...more, onLost }));
  const gate = (connections: number, settings: Manner["settings"]) =>
    client(url, { connections, settings: { ...settings, ...AS_GATE } });
  // Drizzle changes its client's serialisers, so plain statements get clients of their own.
  const drizzled = lent(4, PLANNED_EACH_TIME);
  const listing = lent(6, PLANNED_EACH_TIME);
  const long = lent(2, { ...PLANNED_EACH_TIME, statement_timeout: 0 }, { isPatient: true });
  const writers = new Writers(6, (onLost) => app(PLANNED_ONCE, { onLost }));
  const locking = lent(2, PLANNED_ONCE);
  const webhooks = lent(3, PLANNED_EACH_TIME);
  const asking = gate(3, SETTINGS);
  const following = gate(2, PLANNED_EACH_TIME);
  const plain = client(url, { settings: SETTINGS });
  const tenants = {
    drizzled: new Tenants(drizzled),
    listing: new Tenants(listing),
    long: new Tenants(long),
  };
  const overView = drizzleOver(drizzled);
  return {
    of: (merchantId) => ({
      get db() {
        return overView(tenants.drizzled.of(merchantId));
      },
      sql: tenants.listing.of(merchantId),
      long: tenants.long.of(merchantId),
    }),
    writers,
    locking: new Tenants(locking),
    webhooks: new Tenants(webhooks),
    gate: { db: drizzle(asking, { casing: "snake_case" }), sql: following },
    plain: drizzle(plain),
    async close() {
      const serving = [drizzled, listing, long, writers, locking, webhooks];
      const all = [...serving, asking, following, plain];
      await Promise.all(all.map((each) => each.end({ timeout: 5 })));
    },
  };
}
