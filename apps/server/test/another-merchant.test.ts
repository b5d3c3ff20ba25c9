import { SCOPES } from "@bincard/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  batchOf,
  counted,
  type Doors,
  ON_HAND,
  openDoors,
  receipt,
  type Reply,
  resultOf,
  SHOP,
  TEA,
  transferred,
  withoutTrace,
} from "./doors.ts";
import { BATCH_CHANGES, BATCH_COUNTS, BATCH_CREATE, minutesAgo, textAt } from "./square/world.ts";
import { wireBatch } from "./wire-words.ts";

/** The ids of everything a merchant has that can be asked for. */
interface Ids {
  readonly item: string;
  readonly variation: string;
  readonly location: string;
  readonly change: string;
  readonly token: string;
}

let doors: Doors;
/** May do everything within its merchant; only ADMIN reaches further. */
let shopkeeper: string;
/** Of another merchant, and of nobody at all. */
let theirs: Ids;
let nobodys: Ids;

beforeAll(async () => {
  doors = await openDoors();
  await doors.furnish();
  resultOf(await doors.ask.trpc(batchOf(receipt(doors, { quantity: ON_HAND }))));
  shopkeeper = await doors.newToken(SCOPES.filter((scope) => scope !== "ADMIN"));
  const merchant = await doors.newMerchant("Stranger");
  const stranger = await doors.newToken(undefined, merchant);
  const item = "THEIR-TEA";
  const variation = "THEIR-TEA-100G";
  const location = "THEIR-SHOP";
  const variations = [{ id: variation, name: "Regular" }];
  const objects = [{ type: "ITEM", id: item, name: "Tea", variations }];
  const upsert = { idempotencyKey: "theirs", objects };
  resultOf(await doors.trpc("catalog.upsert", upsert, stranger));
  resultOf(await doors.trpc("locations.create", { id: location, name: "Theirs" }, stranger));
  const change = receipt(doors, { catalogObjectId: variation, locationId: location });
  const recorded = resultOf(await doors.ask.trpc(batchOf(change), stranger));
  const current = resultOf(await doors.trpc("tokens.current", {}, stranger));
  theirs = {
    item,
    variation,
    location,
    change: textAt(recorded, "changes", 0, "id"),
    token: textAt(current, "info", "id"),
  };
  const nearby = (id: string) => id.slice(0, -1) + (id.endsWith("Q") ? "R" : "Q");
  nobodys = {
    item: nearby(item),
    variation: nearby(variation),
    location: nearby(location),
    change: nearby(theirs.change),
    token: nearby(theirs.token),
  };
});
afterAll(async () => doors.close());

/** All of an answer but the ids asked for, the times and what is made anew for each request. */
function bare({ status, headers, text }: Reply, ids: Ids) {
  const named = Object.entries(ids)
    .toSorted(([, a], [, b]) => b.length - a.length)
    .reduce((bared, [name, id]) => bared.replaceAll(id, `<${name}>`), text);
  return {
    status,
    headers: [...headers].filter(([name]) => name !== "x-request-id"),
    text: named
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
      .replaceAll(headers.get("x-request-id") ?? "", "<request>"),
  };
}

const inCase = (procedure: string, input: (ids: Ids) => object) =>
  [procedure, async (ids: Ids) => doors.trpc(procedure, input(ids), shopkeeper)] as const;
const creating = (what: string, change: (ids: Ids) => object) => {
  const batch = (ids: Ids) => batchOf(receipt(doors), change(ids));
  return [
    [`changes.create ${what}`, async (ids: Ids) => doors.ask.trpc(batch(ids), shopkeeper)],
    [
      `${BATCH_CREATE} ${what}`,
      async (ids: Ids) => doors.square(BATCH_CREATE, wireBatch(batch(ids)), { token: shopkeeper }),
    ],
  ] as const;
};
const atSquare = (asked: (ids: Ids) => string, body?: (ids: Ids) => object) => {
  const ask = async (ids: Ids) => doors.square(asked(ids), body?.(ids), { token: shopkeeper });
  const names = { item: "{item}", variation: "{variation}", location: "{location}" };
  return [asked({ ...names, change: "{change}", token: "{token}" }), ask] as const;
};

test.each<readonly [string, (ids: Ids) => Promise<Reply>]>([
  ...creating("of a variation", ({ variation }) => receipt(doors, { catalogObjectId: variation })),
  ...creating("counting a variation", ({ variation }) =>
    counted(doors, { catalogObjectId: variation }),
  ),
  ...creating("of an item", ({ item }) => receipt(doors, { catalogObjectId: item })),
  ...creating("at a location", ({ location }) => receipt(doors, { locationId: location })),
  ...creating("from a location", ({ location }) =>
    transferred(doors, { fromLocationId: location, toLocationId: SHOP }),
  ),
  ...creating("to a location", ({ location }) => transferred(doors, { toLocationId: location })),
  ...creating("of both", ({ variation, location }) =>
    counted(doors, { catalogObjectId: variation, locationId: location }),
  ),
  inCase("changes.get", ({ change }) => ({ id: change })),
  inCase("changes.ofObject", ({ variation }) => ({ catalogObjectId: variation })),
  inCase("changes.ofObject", ({ item }) => ({ catalogObjectId: item })),
  inCase("changes.ofObject", ({ location }) => ({ catalogObjectId: TEA, locationIds: [location] })),
  inCase("changes.list", ({ variation }) => ({ catalogObjectIds: [variation] })),
  inCase("changes.list", ({ location }) => ({ locationIds: [location] })),
  inCase("counts.ofObject", ({ variation }) => ({ catalogObjectId: variation })),
  inCase("counts.ofObject", ({ location }) => ({ catalogObjectId: TEA, locationIds: [location] })),
  inCase("counts.list", ({ variation }) => ({ catalogObjectIds: [variation] })),
  inCase("counts.list", ({ location }) => ({ locationIds: [location] })),
  inCase("catalog.get", ({ item }) => ({ id: item })),
  inCase("catalog.get", ({ variation }) => ({ id: variation, includeDeleted: true })),
  inCase("catalog.list", ({ item, variation }) => ({ ids: [item, variation] })),
  inCase("catalog.delete", ({ item }) => ({ ids: [item] })),
  inCase("catalog.upsert", ({ item }) => ({
    idempotencyKey: crypto.randomUUID(),
    objects: [{ type: "ITEM", id: item, version: 1, name: "Mine now" }],
  })),
  inCase("catalog.upsert", ({ item }) => ({
    idempotencyKey: crypto.randomUUID(),
    objects: [{ type: "ITEM_VARIATION", id: "#mine", itemId: item, name: "Mine now" }],
  })),
  inCase("locations.get", ({ location }) => ({ id: location })),
  inCase("locations.update", ({ location }) => ({ id: location, name: "Mine now" })),
  ["tokens.revoke", async ({ token }) => doors.trpc("tokens.revoke", { id: token })],
  atSquare(({ variation }) => `GET /v2/inventory/${variation}`),
  atSquare(({ variation }) => `GET /v2/inventory/${variation}/changes`),
  atSquare(({ location }) => `GET /v2/inventory/${TEA}?location_ids=${location}`),
  atSquare(({ location }) => `GET /v2/inventory/${TEA}/changes?location_ids=${location}`),
  atSquare(({ change }) => `GET /v2/inventory/adjustments/${change}`),
  atSquare(({ change }) => `GET /v2/inventory/physical-counts/${change}`),
  atSquare(({ change }) => `GET /v2/inventory/transfers/${change}`),
  atSquare(
    () => BATCH_COUNTS,
    ({ variation, location }) => ({ catalog_object_ids: [variation], location_ids: [location] }),
  ),
  atSquare(
    () => BATCH_CHANGES,
    ({ variation }) => ({ catalog_object_ids: [variation] }),
  ),
  atSquare(({ item }) => `GET /v2/catalog/object/${item}?include_related_objects=true`),
  atSquare(({ item }) => `DELETE /v2/catalog/object/${item}`),
  atSquare(
    () => "POST /v2/catalog/batch-retrieve",
    ({ item, variation }) => ({ object_ids: [item, variation] }),
  ),
  atSquare(
    () => "POST /v2/catalog/batch-delete",
    ({ item, variation }) => ({ object_ids: [item, variation] }),
  ),
  atSquare(({ location }) => `GET /v2/locations/${location}`),
  atSquare(
    ({ location }) => `PUT /v2/locations/${location}`,
    () => ({ location: { name: "Mine now" } }),
  ),
])("L11: %s says of another merchant's what it says of nobody's", async (_, ask) => {
  await withoutTrace(doors, async () => {
    expect(bare(await ask(theirs), theirs)).toEqual(bare(await ask(nobodys), nobodys));
  });
});

test("L11: another merchant's key is free", async () => {
  const idempotencyKey = "theirs";
  const change = receipt(doors, { quantity: "2", occurredAt: minutesAgo(2) });
  const recorded = await doors.ask.trpc({ idempotencyKey, changes: [change] });
  expect(recorded.status).toBe(200);
});
