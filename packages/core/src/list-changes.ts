import type { Answer, Operations, Parsed, Principal } from "@bincard/contracts";
import { refuse } from "@bincard/contracts";
import { fromCursor, type Listing, pageOf, toCursor } from "./cursor.ts";
import { requireObject } from "./list-counts.ts";
import { positionOf } from "./rules/change-id.ts";
import { type After, type ChangesAsked, listStoredChanges, readChanges } from "./store/changes.ts";
import type { Connections } from "./store/connect.ts";

type List = Operations["changes"]["list"];
type OfObject = Operations["changes"]["ofObject"];
type Get = Operations["changes"]["get"];

/** Oldest `occurredAt` first, unless `order` says otherwise. */
export async function listChanges(
  connections: Connections,
  { merchantId }: Principal,
  { limit, cursor, order, ...filters }: Parsed<List>,
): Promise<Answer<List>> {
  const listing = { operation: "changes.list", merchantId, filters: { ...filters, order } };
  return page(connections, listing, { filters, order, limit, cursor });
}

/** Newest `occurredAt` first. NOT_FOUND when there never was such an object. */
export async function changesOfObject(
  connections: Connections,
  { merchantId }: Principal,
  { limit, cursor, ...filters }: Parsed<OfObject>,
): Promise<Answer<OfObject>> {
  const { catalogObjectId, locationIds } = filters;
  const listing = { operation: "changes.ofObject", merchantId, filters };
  const only = { catalogObjectIds: [catalogObjectId], locationIds };
  const answer = await page(connections, listing, { filters: only, order: "DESC", limit, cursor });
  // What has changed is there.
  if (answer.changes.length === 0) await requireObject(connections, merchantId, catalogObjectId);
  return answer;
}

/** NOT_FOUND when absent, or another merchant's. */
export async function getChange(
  { sql }: Connections,
  { merchantId }: Principal,
  { id }: Parsed<Get>,
): Promise<Answer<Get>> {
  const position = positionOf(merchantId, id);
  const [change] =
    position === undefined
      ? []
      : await readChanges(sql, merchantId, { first: position, last: position });
  if (change !== undefined) return { change };
  throw refuse("NOT_FOUND", `there is no change ${id}`, {
    path: ["id"],
    subject: { kind: "change", id },
  });
}

type Asked = Omit<ChangesAsked, "after"> & { readonly cursor: string | undefined };

async function page(
  { sql }: Connections,
  listing: Listing,
  { cursor, limit, ...asked }: Asked,
): Promise<Answer<List>> {
  const after = cursor === undefined ? undefined : placeOf(listing, cursor);
  const { changes: found, head } = await listStoredChanges(sql, listing.merchantId, {
    ...asked,
    after,
    limit: limit + 1,
  });
  const upTo = after?.upTo ?? head;
  const { rows: changes, ...rest } = pageOf(found, limit, (last) =>
    toCursor(listing, [last.occurredAt, last.position, upTo]),
  );
  return { changes, ...rest };
}

function placeOf(listing: Listing, cursor: string): After {
  const [occurredAt, position, upTo] = fromCursor(listing, cursor, ["time", "whole", "whole"]);
  return { occurredAt, position, upTo };
}
