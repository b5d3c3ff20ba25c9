import {
  type Answer,
  isTracked,
  type Operations,
  type Parsed,
  type Principal,
  refuse,
} from "@bincard/contracts";
import { fromCursor, type Listing, pageOf, toCursor } from "./cursor.ts";
import { readObject } from "./store/catalog.ts";
import { readPositionAt } from "./store/changes.ts";
import type { Connections } from "./store/connect.ts";
import { type AfterCount, type CountFilters, listStoredCounts } from "./store/counts.ts";

type List = Operations["counts"]["list"];
type OfObject = Operations["counts"]["ofObject"];

/** Newest `calculatedAt` first; untracked states in the filter are ignored. */
export async function listCounts(
  connections: Connections,
  { merchantId }: Principal,
  { limit, cursor, ...filters }: Parsed<List>,
): Promise<Answer<List>> {
  const listing = { operation: "counts.list", merchantId, filters };
  const tracked = filters.states?.filter(isTracked);
  const states = tracked === undefined || tracked.length === 0 ? undefined : tracked;
  const { catalogObjectIds, locationIds, updatedAfter: time } = filters;
  const updatedAfter =
    time === undefined
      ? undefined
      : { time, position: await readPositionAt(connections.sql, merchantId, time) };
  const given = { catalogObjectIds, locationIds, states, updatedAfter };
  return page(connections, listing, { filters: given, limit, cursor });
}

/** Every count of one catalog object, deleted or not. NOT_FOUND when there never was one. */
export async function countsOfObject(
  connections: Connections,
  { merchantId }: Principal,
  { limit, cursor, ...filters }: Parsed<OfObject>,
): Promise<Answer<OfObject>> {
  const { catalogObjectId, locationIds } = filters;
  const listing = { operation: "counts.ofObject", merchantId, filters };
  const only = { catalogObjectIds: [catalogObjectId], locationIds };
  const answer = await page(connections, listing, { filters: only, limit, cursor });
  // What has counts is there.
  if (answer.counts.length === 0) await requireObject(connections, merchantId, catalogObjectId);
  return answer;
}

export async function requireObject(
  { db }: Connections,
  merchantId: string,
  id: string,
): Promise<void> {
  if ((await readObject(db, merchantId, id)) !== undefined) return;
  throw refuse("NOT_FOUND", `there is no catalog object ${id}`, {
    path: ["catalogObjectId"],
    subject: { kind: "catalog object", id },
  });
}

interface Asked {
  readonly filters: CountFilters;
  readonly limit: number;
  readonly cursor: string | undefined;
}

async function page(
  { sql }: Connections,
  listing: Listing,
  { filters, limit, cursor }: Asked,
): Promise<Answer<List>> {
  const rows = await listStoredCounts(sql, listing.merchantId, {
    filters,
    after: cursor === undefined ? undefined : placeOf(listing, cursor),
    limit: limit + 1,
  });
  const { rows: listed, ...rest } = pageOf(rows, limit, ({ count, band }) =>
    toCursor(listing, [
      band,
      count.calculatedAt,
      count.catalogObjectId,
      count.locationId,
      count.state,
    ]),
  );
  return { counts: listed.map(({ count }) => count), ...rest };
}

function placeOf(listing: Listing, cursor: string): AfterCount {
  const parts = ["whole", "time", "text", "text", "text"] as const;
  const [band, calculatedAt, catalogObjectId, locationId, state] = fromCursor(
    listing,
    cursor,
    parts,
  );
  return { band, calculatedAt, catalogObjectId, locationId, state };
}
