import type { FeedCount, ReplicaPlace, ReplicaStep, ReplicaStore } from "./store.ts";

type Row = Readonly<Record<string, unknown>>;
/** Runs one statement with text parameters. */
export type Run = (text: string, values: readonly string[]) => Promise<readonly Row[]>;
/** Runs some work in one transaction, which ends with it: committed, or undone when it throws. */
export type InTransaction = <Result>(work: (run: Run) => Promise<Result>) => Promise<Result>;

/** The part of the `postgres` package's client that is needed. */
export interface PostgresJs {
  begin<Result>(
    work: (transaction: {
      unsafe(text: string, values: string[]): PromiseLike<readonly Row[]>;
    }) => Promise<Result>,
  ): Promise<unknown>;
}

/** A copy in PostgreSQL through the `postgres` package. */
export function overPostgresJs(sql: PostgresJs): InTransaction {
  return async <Result>(work: (run: Run) => Promise<Result>) => {
    let result: { readonly of: Result } | undefined;
    await sql.begin(async (transaction) => {
      result = { of: await work(async (text, values) => transaction.unsafe(text, [...values])) };
    });
    if (result === undefined) throw new Error("the transaction did not run");
    return result.of;
  };
}

/** The part of PGlite that is needed. */
export interface Pglite {
  transaction<Result>(
    work: (transaction: {
      query(text: string, values: string[]): Promise<{ readonly rows: readonly unknown[] }>;
    }) => Promise<Result>,
  ): Promise<Result | undefined>;
}

/** A copy in PGlite, in a browser or in a process. */
export function overPglite(db: Pglite): InTransaction {
  return async <Result>(work: (run: Run) => Promise<Result>) => {
    let result: { readonly of: Result } | undefined;
    await db.transaction(async (transaction) => {
      const run: Run = async (text, values) =>
        (await transaction.query(text, [...values])).rows as Row[];
      result = { of: await work(run) };
    });
    if (result === undefined) throw new Error("the transaction did not run");
    return result.of;
  };
}

const ROWS_AT_ONCE = 1_000;

export interface PostgresStoreOptions {
  /** The schema its three tables are in; made where it is missing. Default "bincard_replica". */
  readonly schema?: string | undefined;
}

/** A copy in three tables of a PostgreSQL schema: counts, changes and place. */
export function postgresStore(
  inTransaction: InTransaction,
  { schema = "bincard_replica" }: PostgresStoreOptions = {},
): ReplicaStore {
  const named = `"${schema.replaceAll('"', '""')}"`;
  return {
    open: () =>
      inTransaction(async (run) => {
        for (const statement of tablesIn(named)) await run(statement, []);
        const [row] = await run(
          `select cursor, position::text, ahead::text, since::text, snapshot from ${named}.place`,
          [],
        );
        return row && placeOf(row);
      }),
    apply: (step) => inTransaction((run) => write(run, named, step)),
    counts: () => countsIn(inTransaction, named),
    clear: () =>
      inTransaction(async (run) => {
        await run(
          `update ${named}.place
           set cursor = '', position = 0, ahead = 0, since = 0, snapshot = ''`,
          [],
        );
        await run(`delete from ${named}.counts`, []);
        await run(`delete from ${named}.changes`, []);
      }),
  };
}

function tablesIn(schema: string): readonly string[] {
  return [
    `create schema if not exists ${schema}`,
    `create table if not exists ${schema}.place (
       one boolean primary key default true check (one),
       cursor text not null, position bigint not null, ahead bigint not null,
       since bigint not null, snapshot text not null)`,
    `insert into ${schema}.place (cursor, position, ahead, since, snapshot)
     values ('', 0, 0, 0, '') on conflict do nothing`,
    `create table if not exists ${schema}.counts (
       catalog_object_id text collate "C" not null, location_id text collate "C" not null,
       state text collate "C" not null, quantity numeric not null,
       calculated_at timestamptz not null, position bigint not null,
       primary key (catalog_object_id, location_id, state))`,
    `create table if not exists ${schema}.changes (
       position bigint primary key, id text not null, type text not null,
       catalog_object_id text not null, occurred_at timestamptz not null,
       created_at timestamptz not null, change jsonb not null)`,
  ];
}

function placeOf(row: Row): ReplicaPlace | undefined {
  const [cursor, snapshot] = [String(row["cursor"]), String(row["snapshot"])];
  if (cursor === "" && snapshot === "") return undefined;
  const number = (name: string) => Number(row[name]);
  return {
    cursor,
    position: number("position"),
    ahead: number("ahead"),
    since: number("since"),
    snapshot,
  };
}

/** The row of the place is taken first: it is what two processes meet at. */
async function write(
  run: Run,
  schema: string,
  { from, to, counts, changes }: ReplicaStep,
): Promise<"applied" | "elsewhere"> {
  const moved = await run(
    `update ${schema}.place
     set cursor = $1, position = $2::text::bigint, ahead = $3::text::bigint,
         since = $4::text::bigint, snapshot = $5
     where position = $6::text::bigint returning one`,
    [to.cursor, String(to.position), String(to.ahead), String(to.since), to.snapshot, String(from)],
  );
  if (moved.length === 0) return "elsewhere";
  await run(
    `insert into ${schema}.counts as c
     select "catalogObjectId", "locationId", state, quantity, "calculatedAt", position
     from jsonb_to_recordset($1::text::jsonb) as told("catalogObjectId" text, "locationId" text,
       state text, quantity numeric, "calculatedAt" timestamptz, position bigint)
     on conflict (catalog_object_id, location_id, state) do update
     set quantity = excluded.quantity, calculated_at = excluded.calculated_at,
         position = excluded.position
     where excluded.position >= c.position`,
    [JSON.stringify(counts)],
  );
  await run(
    `insert into ${schema}.changes
     select (change->>'position')::bigint, change->>'id', change->>'type',
            change->>'catalogObjectId', (change->>'occurredAt')::timestamptz,
            (change->>'createdAt')::timestamptz, change
     from jsonb_array_elements($1::text::jsonb) as change
     on conflict do nothing`,
    [JSON.stringify(changes)],
  );
  return "applied";
}

async function* countsIn(inTransaction: InTransaction, schema: string): AsyncGenerator<FeedCount> {
  let last = ["", "", ""];
  for (;;) {
    const rows = await inTransaction((run) =>
      run(
        `select catalog_object_id, location_id, state, quantity::text as quantity,
                rtrim(rtrim(to_char(calculated_at at time zone 'UTC',
                  'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.') || 'Z' as calculated_at,
                position::text as position
         from ${schema}.counts
         where (catalog_object_id, location_id, state) > ($1, $2, $3)
         order by catalog_object_id, location_id, state limit ${ROWS_AT_ONCE}`,
        last,
      ),
    );
    for (const row of rows)
      yield {
        catalogObjectId: String(row["catalog_object_id"]),
        catalogObjectType: "ITEM_VARIATION",
        locationId: String(row["location_id"]),
        // Only what the feed told was ever written there.
        state: String(row["state"]) as FeedCount["state"],
        quantity: String(row["quantity"]),
        calculatedAt: String(row["calculated_at"]),
        position: Number(row["position"]),
      };
    const end = rows.at(-1);
    if (end === undefined) return;
    last = [end["catalog_object_id"], end["location_id"], end["state"]].map(String);
  }
}
