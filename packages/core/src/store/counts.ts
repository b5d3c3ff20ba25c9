import {
  type Count,
  formatQuantity,
  formatTime,
  type Micros,
  type State,
} from "@bincard/contracts";
import { and, desc, eq, gt, gte, lte, sql } from "drizzle-orm";
import type { Key } from "../rules/moves.ts";
import { anyOf } from "./any-of.ts";
import { bandOf } from "./band.ts";
import type { Database } from "./connect.ts";
import type { StoredCount } from "./known.ts";
import { quantityTextOf } from "./quantity.ts";
import { counts } from "./schema.ts";
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
  db: Database,
  merchantId: string,
  asked: {
    readonly filters: CountFilters;
    readonly after: AfterCount | undefined;
    readonly limit: number;
  },
): Promise<ListedCount[]> {
  const { catalogObjectIds, locationIds, states, updatedAfter } = asked.filters;
  const { after } = asked;
  const band = catalogObjectIds === undefined ? sql`${counts.band}` : sql`${counts.band} + 0`;
  const rows = await db
    .select()
    .from(counts)
    .where(
      and(
        eq(counts.merchantId, merchantId),
        catalogObjectIds && anyOf(counts.catalogObjectId, catalogObjectIds),
        locationIds && anyOf(counts.locationId, locationIds),
        states && anyOf(counts.state, states),
        updatedAfter && gte(band, bandOf(updatedAfter.position)),
        updatedAfter && gt(counts.calculatedAt, updatedAfter.time),
        after && lte(band, after.band),
        after &&
          sql`(${band}, ${counts.calculatedAt}, ${counts.catalogObjectId}, ${counts.locationId}, ${counts.state})
            < (${after.band}::bigint, ${after.calculatedAt}::timestamptz, ${after.catalogObjectId}, ${after.locationId}, ${after.state})`,
      ),
    )
    .orderBy(
      desc(band),
      desc(counts.calculatedAt),
      desc(counts.catalogObjectId),
      desc(counts.locationId),
      desc(counts.state),
    )
    .limit(asked.limit);
  return rows.map((row) => ({
    count: {
      catalogObjectId: row.catalogObjectId,
      catalogObjectType: "ITEM_VARIATION",
      locationId: row.locationId,
      state: row.state as State,
      quantity: quantityTextOf(row.quantity),
      calculatedAt: timeOf(row.calculatedAt),
    },
    band: row.band,
  }));
}
