import {
  type Count,
  formatQuantity,
  formatTime,
  type Micros,
  type State,
} from "@bincard/contracts";
import { and, desc, eq, gt, inArray, sql } from "drizzle-orm";
import type { Key } from "../rules/moves.ts";
import type { Database } from "./connect.ts";
import type { StoredCount } from "./known.ts";
import { scaledOf } from "./quantity.ts";
import { counts } from "./schema.ts";
import { microsOf } from "./time.ts";

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
  readonly updatedAfter?: string | undefined;
}

/** The sort key that a page starts after. */
export interface AfterCount {
  readonly calculatedAt: string;
  readonly catalogObjectId: string;
  readonly locationId: string;
  readonly state: string;
}

/** Newest first. Counts of one batch share their time; their keys put them in order. */
export async function listStoredCounts(
  db: Database,
  merchantId: string,
  asked: {
    readonly filters: CountFilters;
    readonly after: AfterCount | undefined;
    readonly limit: number;
  },
): Promise<Count[]> {
  const { catalogObjectIds, locationIds, states, updatedAfter } = asked.filters;
  const { after } = asked;
  const rows = await db
    .select()
    .from(counts)
    .where(
      and(
        eq(counts.merchantId, merchantId),
        catalogObjectIds && inArray(counts.catalogObjectId, [...catalogObjectIds]),
        locationIds && inArray(counts.locationId, [...locationIds]),
        states && inArray(counts.state, [...states]),
        updatedAfter === undefined ? undefined : gt(counts.calculatedAt, updatedAfter),
        after &&
          sql`(${counts.calculatedAt}, ${counts.catalogObjectId}, ${counts.locationId}, ${counts.state})
            < (${after.calculatedAt}::timestamptz, ${after.catalogObjectId}, ${after.locationId}, ${after.state})`,
      ),
    )
    .orderBy(
      desc(counts.calculatedAt),
      desc(counts.catalogObjectId),
      desc(counts.locationId),
      desc(counts.state),
    )
    .limit(asked.limit);
  return rows.map((row) => ({
    catalogObjectId: row.catalogObjectId,
    catalogObjectType: "ITEM_VARIATION",
    locationId: row.locationId,
    state: row.state as State,
    quantity: formatQuantity(scaledOf(row.quantity)),
    calculatedAt: formatTime(microsOf(row.calculatedAt)),
  }));
}
