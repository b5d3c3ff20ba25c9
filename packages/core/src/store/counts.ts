import {
  type Count,
  formatQuantity,
  formatTime,
  isTracked,
  type Micros,
  type State,
  STATES,
} from "@bincard/contracts";
import type { Key } from "../rules/moves.ts";
import { bandOf, POSITIONS_PER_BAND } from "./band.ts";
import type { Fragment, Sql } from "./connect.ts";
import type { StoredCount } from "./known.ts";
import { quantityTextOf } from "./quantity.ts";
import { timeOf } from "./time.ts";

/** `untouchedAt` is the time to show for a key that has no count. */
export function storedCountOf(
  key: Key,
  stored: StoredCount | undefined,
  untouchedAt: Micros,
): Count {
  return {
    catalogObjectId: key.catalogObjectId,
    catalogObjectType: "ITEM_VARIATION",
    locationId: key.locationId,
    state: key.state,
    quantity: formatQuantity(stored?.tally.quantity ?? 0n),
    calculatedAt: formatTime(stored?.calculatedAt ?? untouchedAt),
  };
}

export interface CountFilters {
  readonly catalogObjectIds?: readonly string[] | undefined;
  readonly locationIds?: readonly string[] | undefined;
  readonly states?: readonly State[] | undefined;
  readonly updatedAfter?: { readonly time: string; readonly position: number } | undefined;
}

/** The sort key that a page starts after. */
export interface AfterCount {
  readonly band: number;
  readonly position: number;
  readonly catalogObjectId: string;
  readonly locationId: string;
  readonly state: string;
}

export interface ListedCount {
  readonly count: Count;
  readonly band: number;
  /** Of the change that last moved it, which was received at `calculatedAt`: the newer, the higher. */
  readonly position: number;
}

interface Asked {
  readonly filters: CountFilters;
  readonly after: AfterCount | undefined;
  readonly limit: number;
}

/**
 * Newest first, which is by position: receipt times follow positions (L9). The two counts that one change moved
 * are put in order by their keys. `isDense` says that counts lie close together where this page is: then the changes
 * there lead to them (`walkedCounts`), and otherwise they are read by bands. Either finds the same.
 */
export async function listStoredCounts(
  sql: Sql,
  merchantId: string,
  { isDense, ...asked }: Asked & { readonly isDense: boolean },
): Promise<ListedCount[]> {
  const isNamed = asked.filters.catalogObjectIds !== undefined;
  if (isDense && !isNamed && asked.limit <= WALKED_AT_MOST) {
    const walked = await walkedCounts(sql, merchantId, asked);
    if (walked.length === asked.limit) return walked;
  }
  return isNamed ? sortedCounts(sql, merchantId, asked) : bandedCounts(sql, merchantId, asked);
}

/** Counts of named objects are found by their keys and sorted by themselves, which no index may tempt away from. */
async function sortedCounts(
  sql: Sql,
  merchantId: string,
  { filters, after, limit }: Asked,
): Promise<ListedCount[]> {
  const rows = await sql<ListedRow[]>`
    select ${columns(sql)} from (
      select * from bincard.counts
      where merchant_id = ${merchantId} ${conditionsOf(sql, filters)} ${behind(sql, after)}
      order by ${newestFirst(sql)}
      limit ${limit}
    ) c
    order by ${newestFirst(sql)}`;
  return rows.map(listed);
}

/**
 * The band comes first because the index knows it: a page sorts what its own band holds, however deep it lies.
 */
async function bandedCounts(
  sql: Sql,
  merchantId: string,
  { filters, after, limit }: Asked,
): Promise<ListedCount[]> {
  const from = after === undefined ? sql`` : sql`and band <= ${after.band}::bigint`;
  const rows = await sql<ListedRow[]>`
    select ${columns(sql)} from (
      select * from bincard.counts
      where merchant_id = ${merchantId} ${conditionsOf(sql, filters)} ${from} ${behind(sql, after)}
      order by band desc, ${newestFirst(sql)}
      limit ${limit}
    ) c
    order by ${newestFirst(sql)}`;
  return rows.map(listed);
}

/** Rows of a page for which walking pays: to look one up costs more than to sort it with its band. */
const WALKED_AT_MOST = 256;

/** How far to walk for so many rows: rows further apart than this are few in a band, which is read as fast. */
const reachOf = (rows: number): number => Math.ceil(Math.sqrt(POSITIONS_PER_BAND * rows));

/** Whether the next page is looked for by walking, going by the rows of this one. */
export const areDense = (rows: readonly ListedCount[]): boolean =>
  (rows[0]?.position ?? 0) - (rows.at(-1)?.position ?? 0) < reachOf(rows.length);

/**
 * The changes from the page's beginning backwards, and of each the counts that it was the last to move. Fewer than
 * asked for when they lie further apart than that pays, or when the changes are archived. Two counts of one change
 * come in either order: so one row more is read, and all are sorted.
 */
async function walkedCounts(
  sql: Sql,
  merchantId: string,
  { filters, after, limit }: Asked,
): Promise<ListedCount[]> {
  const top =
    after === undefined
      ? sql`(select position from bincard.merchants where id = ${merchantId})`
      : sql`${after.position}::bigint`;
  const rows = await sql<ListedRow[]>`
    select ${columns(sql)} from (
      select c.* from (
        select position, catalog_object_id, location_id, to_state,
               coalesce(from_state, to_state) as state,
               case when from_state is not null then coalesce(to_location_id, location_id) end as there
        from bincard.changes
        where merchant_id = ${merchantId} and position <= ${top}
          and position > ${top} - ${reachOf(limit)}::bigint
        order by position desc offset 0
      ) moved
      cross join lateral (
        values (moved.location_id, moved.state), (moved.there, moved.to_state)
      ) side(location_id, state)
      cross join lateral (
        select * from bincard.counts
        where merchant_id = ${merchantId} and catalog_object_id = moved.catalog_object_id
          and location_id = side.location_id and state = side.state
          and position = moved.position ${conditionsOf(sql, filters)} ${behind(sql, after)}
        limit 1
      ) c
      where side.state = any(${TRACKED}::text[])
      order by moved.position desc
      limit ${limit + 1}
    ) c
    order by ${newestFirst(sql)}
    limit ${limit}`;
  return rows.map(listed);
}

/** Every count of one object by location and state: its keys are an order that the index has. */
export async function listCountsOfObject(
  sql: Sql,
  merchantId: string,
  asked: {
    readonly catalogObjectId: string;
    readonly locationIds: readonly string[] | undefined;
    readonly after: Pick<AfterCount, "locationId" | "state"> | undefined;
    readonly limit: number;
  },
): Promise<Count[]> {
  const { catalogObjectId, locationIds, after } = asked;
  const rows = await sql<ListedRow[]>`
    select ${columns(sql)} from bincard.counts
    where merchant_id = ${merchantId} and catalog_object_id = ${catalogObjectId}
      ${locationIds === undefined ? sql`` : sql`and location_id = any(${locationIds}::text[])`}
      ${after === undefined ? sql`` : sql`and (location_id, state) > (${after.locationId}, ${after.state})`}
    order by location_id, state
    limit ${asked.limit}`;
  return rows.map((row) => listed(row).count);
}

const TRACKED = STATES.filter(isTracked);

const newestFirst = (sql: Sql): Fragment =>
  sql`position desc, catalog_object_id desc, location_id desc, state desc`;

const behind = (sql: Sql, after: AfterCount | undefined): Fragment =>
  after === undefined
    ? sql``
    : sql`and (position, catalog_object_id, location_id, state) < (
        ${after.position}::bigint, ${after.catalogObjectId}, ${after.locationId}, ${after.state})`;

const columns = (sql: Sql): Fragment =>
  sql`catalog_object_id, location_id, state, quantity::text as quantity, calculated_at, band, position`;

interface ListedRow {
  readonly catalog_object_id: string;
  readonly location_id: string;
  readonly state: State;
  readonly quantity: string;
  readonly calculated_at: string;
  readonly band: string;
  readonly position: string;
}

function listed(row: ListedRow): ListedCount {
  return {
    count: {
      catalogObjectId: row.catalog_object_id,
      catalogObjectType: "ITEM_VARIATION",
      locationId: row.location_id,
      state: row.state,
      quantity: quantityTextOf(row.quantity),
      calculatedAt: timeOf(row.calculated_at),
    },
    band: Number(row.band),
    position: Number(row.position),
  };
}

function conditionsOf(sql: Sql, filters: CountFilters): Fragment[] {
  const { catalogObjectIds, locationIds, states, updatedAfter } = filters;
  // Never empty: the driver takes an empty list of fragments for a parameter.
  const conditions: Fragment[] = [sql``];
  if (catalogObjectIds !== undefined)
    conditions.push(sql`and catalog_object_id = any(${catalogObjectIds}::text[])`);
  if (locationIds !== undefined)
    conditions.push(sql`and location_id = any(${locationIds}::text[])`);
  if (states !== undefined) conditions.push(sql`and state = any(${states}::text[])`);
  if (updatedAfter !== undefined)
    conditions.push(sql`and calculated_at > ${updatedAfter.time}::text::timestamptz`);
  if (updatedAfter !== undefined && catalogObjectIds === undefined)
    conditions.push(sql`and band >= ${bandOf(updatedAfter.position)}::bigint`);
  return conditions;
}
