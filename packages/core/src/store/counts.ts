import {
  type Count,
  formatQuantity,
  formatTime,
  type Micros,
  type State,
} from "@bincard/contracts";
import type { Key } from "../rules/moves.ts";
import { bandOf } from "./band.ts";
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
  readonly calculatedAt: string;
  readonly catalogObjectId: string;
  readonly locationId: string;
  readonly state: string;
}

export interface ListedCount {
  readonly count: Count;
  readonly band: number;
}

/**
 * Newest first. Counts of one batch share their time; their keys put them in order. The band comes first
 * because the index knows it: a page sorts what its own band holds, however deep it lies. Counts of named
 * objects are found by their keys instead, which no order by an index may tempt the planner away from.
 */
export async function listStoredCounts(
  sql: Sql,
  merchantId: string,
  asked: {
    readonly filters: CountFilters;
    readonly after: AfterCount | undefined;
    readonly limit: number;
  },
): Promise<ListedCount[]> {
  const { after, filters } = asked;
  const band = filters.catalogObjectIds === undefined ? sql`band` : sql`band + 0`;
  const conditions = conditionsOf(sql, band, filters);
  if (after !== undefined)
    conditions.push(sql`
      and ${band} <= ${after.band}::bigint
      and (${band}, calculated_at, catalog_object_id, location_id, state) < (
        ${after.band}::bigint, ${after.calculatedAt}::text::timestamptz, ${after.catalogObjectId},
        ${after.locationId}, ${after.state}
      )`);
  const rows = await sql<ListedRow[]>`
    select catalog_object_id, location_id, state, quantity::text as quantity, calculated_at, band
    from bincard.counts
    where merchant_id = ${merchantId} ${conditions}
    order by ${band} desc, calculated_at desc, catalog_object_id desc, location_id desc, state desc
    limit ${asked.limit}`;
  return rows.map(listed);
}

interface ListedRow {
  readonly catalog_object_id: string;
  readonly location_id: string;
  readonly state: State;
  readonly quantity: string;
  readonly calculated_at: string;
  readonly band: string;
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
  };
}

function conditionsOf(sql: Sql, band: Fragment, filters: CountFilters): Fragment[] {
  const { catalogObjectIds, locationIds, states, updatedAfter } = filters;
  // Never empty: the driver takes an empty list of fragments for a parameter.
  const conditions: Fragment[] = [sql``];
  if (catalogObjectIds !== undefined)
    conditions.push(sql`and catalog_object_id = any(${catalogObjectIds}::text[])`);
  if (locationIds !== undefined)
    conditions.push(sql`and location_id = any(${locationIds}::text[])`);
  if (states !== undefined) conditions.push(sql`and state = any(${states}::text[])`);
  if (updatedAfter !== undefined)
    conditions.push(sql`
      and ${band} >= ${bandOf(updatedAfter.position)}::bigint
      and calculated_at > ${updatedAfter.time}::text::timestamptz`);
  return conditions;
}
