import type { Micros, Scaled, State } from "@bincard/contracts";
import type { StoredInstant } from "../rules/instant.ts";
import type { Key } from "../rules/moves.ts";
import type { Held } from "../rules/view.ts";
import type { Fragment, Statement } from "./connect.ts";
import { scaledOf } from "./quantity.ts";
import { instantOf, microsOf } from "./time.ts";

/** What a lane reads before it can judge. */

export interface MerchantRow {
  readonly position: number;
  readonly catalogVersion: number;
}

/** Undefined when there is no such merchant. `lock` holds its writers off until the transaction ends. */
export async function readMerchant(
  sql: Statement,
  merchantId: string,
  lock: "lock" | "no lock",
): Promise<MerchantRow | undefined> {
  const [row] = await sql<{ position: string; catalog_version: string }[]>`
    select position, catalog_version from bincard.merchants
    where id = ${merchantId} ${lock === "lock" ? sql`for update` : sql``}`;
  if (row === undefined) return undefined;
  return {
    position: Number(row.position),
    catalogVersion: Number(row.catalog_version),
  };
}

export interface StoredCount extends Held {
  readonly key: Key;
}

export interface CountRow {
  readonly catalog_object_id: string;
  readonly location_id: string;
  readonly state: State;
  readonly quantity: string;
  readonly counted_at: string;
  readonly last_at: string;
  readonly calculated_at: string;
  readonly position: string;
}

export function storedCount(row: CountRow): StoredCount {
  const { catalog_object_id: catalogObjectId, location_id: locationId, state } = row;
  return {
    key: { catalogObjectId, locationId, state },
    tally: {
      quantity: scaledOf(row.quantity),
      countedAt: microsOf(row.counted_at),
      lastAt: microsOf(row.last_at),
      position: Number(row.position),
    },
    calculatedAt: microsOf(row.calculated_at),
  };
}

export async function readCounts(
  sql: Statement,
  merchantId: string,
  keys: readonly Key[],
): Promise<StoredCount[]> {
  const rows = await sql<CountRow[]>`
    select c.catalog_object_id, c.location_id, c.state, c.quantity::text as quantity,
           c.counted_at, c.last_at, c.calculated_at, c.position
    from unnest(
      ${keys.map((key) => key.catalogObjectId)}::text[],
      ${keys.map((key) => key.locationId)}::text[],
      ${keys.map((key) => key.state)}::text[]
    ) as k(catalog_object_id, location_id, state)
    join bincard.counts c
      on c.merchant_id = ${merchantId}
      and c.catalog_object_id = k.catalog_object_id
      and c.location_id = k.location_id
      and c.state = k.state`;
  return rows.map(storedCount);
}

/**
 * The counts that changes after a position named, and may have moved: what another server did meanwhile.
 */
export async function readCountsSince(
  sql: Statement,
  merchantId: string,
  position: number,
): Promise<StoredCount[]> {
  const rows = await sql<CountRow[]>`
    select c.catalog_object_id, c.location_id, c.state, c.quantity::text as quantity,
           c.counted_at, c.last_at, c.calculated_at, c.position
    from (
      select catalog_object_id, location_id, coalesce(from_state, to_state) as state
      from bincard.changes
      where merchant_id = ${merchantId} and position > ${position}::bigint
      union
      select catalog_object_id, coalesce(to_location_id, location_id), to_state
      from bincard.changes
      where merchant_id = ${merchantId} and position > ${position}::bigint
    ) k
    cross join lateral (
      select * from bincard.counts c
      where c.merchant_id = ${merchantId} and c.catalog_object_id = k.catalog_object_id
        and c.location_id = k.location_id and c.state = k.state
    ) c`;
  return rows.map(storedCount);
}

export interface KeyInstant {
  readonly key: Key;
  readonly at: Micros;
}

/**
 * The sum of the stored moves on each key after each instant. With the count's own quantity it gives
 * the quantity at an instant without reading what lies before it: a count a little late costs little.
 */
export async function readMovesAfter(
  sql: Statement,
  merchantId: string,
  asked: readonly KeyInstant[],
): Promise<Scaled[]> {
  const rows = await sql<{ sum: string }[]>`
    select ${sumOnKey(sql, merchantId, sql`c.occurred_at > k.at`)}::text as sum
    from ${askedKeys(sql, asked)}
    order by k.ordinal`;
  return rows.map((row) => scaledOf(row.sum));
}

/** The key at each instant, from the physical count that governs it: what the history says. */
export async function readInstants(
  sql: Statement,
  merchantId: string,
  asked: readonly KeyInstant[],
): Promise<StoredInstant[]> {
  const window = sql`
    c.occurred_at <= k.at
    and (c.occurred_at, c.position)
      > (coalesce(governing.occurred_at, '-infinity'), coalesce(governing.position, 0))`;
  const rows = await sql<{ quantity: string; counted_at: string }[]>`
    select (coalesce(governing.quantity, 0) + ${sumOnKey(sql, merchantId, window)})::text as quantity,
           coalesce(governing.occurred_at, '-infinity') as counted_at
    from ${askedKeys(sql, asked)}
    left join lateral (
      select c.quantity, c.occurred_at, c.position
      from bincard.changes c
      where c.merchant_id = ${merchantId} and c.type = 'PHYSICAL_COUNT'
        and c.catalog_object_id = k.catalog_object_id and c.location_id = k.location_id
        and c.to_state = k.state and c.occurred_at <= k.at
      order by c.occurred_at desc, c.position desc
      limit 1
    ) governing on true
    order by k.ordinal`;
  return rows.map((row) => ({
    quantity: scaledOf(row.quantity),
    countedAt: microsOf(row.counted_at),
  }));
}

/** As rows `k`, with their places in the list as `ordinal`. */
export function askedKeys(sql: Statement, asked: readonly KeyInstant[]): Fragment {
  return sql`
    (select catalog_object_id, location_id, state, at::timestamptz as at, ordinal
     from unnest(
       ${asked.map(({ key }) => key.catalogObjectId)}::text[],
       ${asked.map(({ key }) => key.locationId)}::text[],
       ${asked.map(({ key }) => key.state)}::text[],
       ${asked.map(({ at }) => instantOf(at))}::text[]
     ) with ordinality as a(catalog_object_id, location_id, state, at, ordinal)) as k`;
}

/** Moves of `k` as rows: what left it, what came to it at its own place, what arrived from elsewhere. */
export function movesOnKey(sql: Statement, merchantId: string, window: Fragment): Fragment {
  return sql`(
    select case when c.from_state = k.state then -c.quantity
                when c.to_state = k.state and c.to_location_id is null then c.quantity
                else 0 end as quantity
    from bincard.changes c
    where c.merchant_id = ${merchantId} and c.type <> 'PHYSICAL_COUNT'
      and c.catalog_object_id = k.catalog_object_id and c.location_id = k.location_id
      and ${window}
    union all
    select c.quantity
    from bincard.changes c
    where c.merchant_id = ${merchantId}
      and c.catalog_object_id = k.catalog_object_id and c.to_location_id = k.location_id
      and c.to_state = k.state
      and ${window}
  ) as moves`;
}

const sumOnKey = (sql: Statement, merchantId: string, window: Fragment): Fragment =>
  sql`coalesce((select sum(quantity) from ${movesOnKey(sql, merchantId, window)}), 0)`;
