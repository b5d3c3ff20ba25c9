import { sql } from "drizzle-orm";
import type { Database } from "./connect.ts";

/** How Bincard's connections to one database stand at a moment: those of every server of it. */
export interface Vitals {
  /** Executing a statement. */
  readonly active: number;
  readonly idle: number;
  /** Within a transaction, between two statements. */
  readonly idleInTransaction: number;
  /** Of the active ones: waiting for another transaction's lock. */
  readonly waitingForLock: number;
  /** Connections of everybody that the database permits. */
  readonly permitted: number;
}

const NUMBERS = sql`
  select count(*) filter (where state = 'active')::int as active,
    count(*) filter (where state = 'idle')::int as idle,
    count(*) filter (where state like 'idle in transaction%')::int as "idleInTransaction",
    count(*) filter (where wait_event_type = 'Lock')::int as "waitingForLock",
    current_setting('max_connections')::int as permitted
  from pg_stat_activity
  where datname = current_database() and application_name = 'bincard'`;

export async function readVitals(db: Database): Promise<Vitals> {
  const [row] = await db.execute(NUMBERS);
  const number = (name: keyof Vitals) => Number(row?.[name] ?? 0);
  return {
    active: number("active"),
    idle: number("idle"),
    idleInTransaction: number("idleInTransaction"),
    waitingForLock: number("waitingForLock"),
    permitted: number("permitted"),
  };
}
