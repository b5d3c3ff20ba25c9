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
import { type AfterCount, areDense, listCountsOfObject, listStoredCounts } from "./store/counts.ts";

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
  const place = cursor === undefined ? undefined : placeOf(listing, cursor);
  const found = await listStoredCounts(connections.sql, merchantId, {
    filters: { catalogObjectIds, locationIds, states, updatedAfter },
    after: place?.after,
    isDense: place?.isDense ?? true,
    limit: limit + 1,
  });
  const { rows, ...rest } = pageOf(found, limit, ({ count, band, position }) =>
    toCursor(listing, [
      band,
      position,
      count.catalogObjectId,
      count.locationId,
      count.state,
      areDense(found) ? 1 : 0,
    ]),
  );
  return { counts: rows.map(({ count }) => count), ...rest };
}

/** A cursor says how close together the counts lay before it: that tells how those behind it are best looked for. */
function placeOf(listing: Listing, cursor: string): { after: AfterCount; isDense: boolean } {
  const parts = ["whole", "whole", "text", "text", "text", "whole"] as const;
  const [band, position, catalogObjectId, locationId, state, dense] = fromCursor(
    listing,
    cursor,
    parts,
  );
  return { after: { band, position, catalogObjectId, locationId, state }, isDense: dense === 1 };
}

/** Every count of one catalog object, deleted or not, by location and state. NOT_FOUND when there never was one. */
export async function countsOfObject(
  connections: Connections,
  { merchantId }: Principal,
  { limit, cursor, ...filters }: Parsed<OfObject>,
): Promise<Answer<OfObject>> {
  const { catalogObjectId, locationIds } = filters;
  const listing = { operation: "counts.ofObject", merchantId, filters };
  const place = cursor === undefined ? undefined : fromCursor(listing, cursor, ["text", "text"]);
  const found = await listCountsOfObject(connections.sql, merchantId, {
    catalogObjectId,
    locationIds,
    after: place === undefined ? undefined : { locationId: place[0], state: place[1] },
    limit: limit + 1,
  });
  // What has counts is there.
  if (found.length === 0) await requireObject(connections, merchantId, catalogObjectId);
  const { rows: counts, ...rest } = pageOf(found, limit, (last) =>
    toCursor(listing, [last.locationId, last.state]),
  );
  return { counts, ...rest };
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
