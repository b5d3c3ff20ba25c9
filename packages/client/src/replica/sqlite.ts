import type { FeedCount, ReplicaPlace, ReplicaStep, ReplicaStore } from "./store.ts";

type Value = string | number | null;

/**
 * The part of an open SQLite database that is needed. `libsql`, `better-sqlite3` and Node's own
 * `node:sqlite` (from Node 22) all have it.
 */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): {
    run(...values: Value[]): unknown;
    get(...values: Value[]): unknown;
    all(...values: Value[]): unknown[];
  };
}

/** Quantities are text, as everywhere: SQLite's own numbers are floats beyond 64 bits. */
const TABLES = `
  create table if not exists bincard_place (
    one integer primary key check (one = 1),
    cursor text not null, position integer not null, ahead integer not null,
    since integer not null, snapshot text not null
  ) strict;
  create table if not exists bincard_counts (
    catalog_object_id text not null, location_id text not null, state text not null,
    quantity text not null, calculated_at text not null, position integer not null,
    primary key (catalog_object_id, location_id, state)
  ) strict, without rowid;
  create table if not exists bincard_changes (
    position integer primary key, id text not null, type text not null,
    catalog_object_id text not null, occurred_at text not null, created_at text not null,
    change text not null
  ) strict;`;

/** Who reads the file may hold it for a moment: wait, in milliseconds, instead of failing. */
const PATIENCE = "pragma busy_timeout = 5000";

const ROWS_AT_ONCE = 1_000;

interface CountRow {
  readonly catalog_object_id: string;
  readonly location_id: string;
  readonly state: FeedCount["state"];
  readonly quantity: string;
  readonly calculated_at: string;
  readonly position: number;
}

/**
 * A copy in three tables of a SQLite database: bincard_counts, bincard_changes and bincard_place. The
 * database may hold other tables, and may be read by others while the copy is kept in step.
 */
export function sqliteStore(database: SqliteDatabase): ReplicaStore {
  const place = () =>
    // The row is ours: the table is strict, and only `apply` writes it.
    database.prepare("select cursor, position, ahead, since, snapshot from bincard_place").get() as
      | ReplicaPlace
      | undefined;
  return {
    async open() {
      database.exec(PATIENCE);
      database.exec(TABLES);
      const found = place();
      if (found === undefined) return undefined;
      const { cursor, position, ahead, since, snapshot } = found;
      return { cursor, position, ahead, since, snapshot };
    },
    async apply(step) {
      database.exec("begin immediate");
      try {
        const fits = (place()?.position ?? 0) === step.from;
        if (fits) write(database, step);
        database.exec(fits ? "commit" : "rollback");
        return fits ? "applied" : "elsewhere";
      } catch (error) {
        database.exec("rollback");
        throw error;
      }
    },
    counts: () => countsIn(database),
    async clear() {
      database.exec(
        "begin immediate; delete from bincard_place; delete from bincard_counts; delete from bincard_changes; commit",
      );
    },
  };
}

function write(database: SqliteDatabase, { to, counts, changes }: ReplicaStep): void {
  const putCount = database.prepare(`
    insert into bincard_counts values (?, ?, ?, ?, ?, ?)
    on conflict do update set quantity = excluded.quantity,
      calculated_at = excluded.calculated_at, position = excluded.position
    where excluded.position >= position`);
  for (const count of counts)
    putCount.run(
      count.catalogObjectId,
      count.locationId,
      count.state,
      count.quantity,
      count.calculatedAt,
      count.position,
    );
  const putChange = database.prepare(
    "insert into bincard_changes values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
  );
  for (const change of changes)
    putChange.run(
      change.position,
      change.id,
      change.type,
      change.catalogObjectId,
      change.occurredAt,
      change.createdAt,
      JSON.stringify(change),
    );
  database
    .prepare(`
      insert into bincard_place (one, cursor, position, ahead, since, snapshot)
      values (1, ?, ?, ?, ?, ?)
      on conflict do update set cursor = excluded.cursor, position = excluded.position,
        ahead = excluded.ahead, since = excluded.since, snapshot = excluded.snapshot`)
    .run(to.cursor, to.position, to.ahead, to.since, to.snapshot);
}

async function* countsIn(database: SqliteDatabase): AsyncGenerator<FeedCount> {
  const next = database.prepare(`
    select * from bincard_counts
    where (catalog_object_id, location_id, state) > (?, ?, ?)
    order by catalog_object_id, location_id, state limit ${ROWS_AT_ONCE}`);
  let last: readonly [string, string, string] = ["", "", ""];
  for (;;) {
    const rows = next.all(...last) as CountRow[];
    for (const row of rows)
      yield {
        catalogObjectId: row.catalog_object_id,
        catalogObjectType: "ITEM_VARIATION",
        locationId: row.location_id,
        state: row.state,
        quantity: row.quantity,
        calculatedAt: row.calculated_at,
        position: row.position,
      };
    const end = rows.at(-1);
    if (end === undefined) return;
    last = [end.catalog_object_id, end.location_id, end.state];
  }
}
