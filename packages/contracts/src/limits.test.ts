import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { failuresOf, formatPath } from "./failure.ts";
import { LIMITS } from "./limits.ts";
import { operations } from "./operations.ts";

/**
 * Every bound that a schema enforces, met and then crossed. The others are crossed where they are
 * enforced: quantity, time, text and failure have theirs beside them, and the doors those of a
 * whole request.
 */
function verdict(schema: z.ZodType, given: unknown): string {
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return "permitted";
  const [{ code, path }] = failuresOf(parsed.error);
  return `${code} ${formatPath(path)}`;
}

const { changes, counts, catalog, locations, merchants, tokens, webhooks } = operations;
const key = "k";
const text = (characters: number) => "x".repeat(characters);
const some = <Entry>(entries: number, entry: Entry) => Array.from({ length: entries }, () => entry);
const sale = {
  type: "ADJUSTMENT",
  catalogObjectId: "TEA",
  locationId: "SHOP",
  fromState: "IN_STOCK",
  toState: "SOLD",
  quantity: "1",
  occurredAt: "2026-11-22T09:30:00Z",
};
const item = { type: "ITEM", id: "#tea", name: "Tea" };
const variation = { type: "ITEM_VARIATION", id: "#bag", itemId: "#tea", name: "Bag" };
const create = (change: object) => ({ idempotencyKey: key, changes: [{ ...sale, ...change }] });
const upsert = (object: object) => ({ idempotencyKey: key, objects: [object] });
const hook = { eventTypes: ["inventory.count.updated"], notificationUrl: "https://a.example" };
const token = { application: { name: "Till" }, scopes: ["ADMIN"] };

type Bounded = readonly [
  limit: keyof typeof LIMITS,
  schema: z.ZodType,
  given: (size: number) => unknown,
  refusal: string,
];
const BOUNDED: readonly Bounded[] = [
  [
    "changesPerRequest",
    changes.create.input,
    (n) => ({ idempotencyKey: key, changes: some(n, sale) }),
    "TOO_MANY changes",
  ],
  [
    "idempotencyKeyCharacters",
    changes.create.input,
    (n) => ({ idempotencyKey: text(n), changes: [sale] }),
    "TOO_LONG idempotencyKey",
  ],
  [
    "idempotencyKeyCharacters",
    catalog.upsert.input,
    (n) => ({ idempotencyKey: text(n), objects: [item] }),
    "TOO_LONG idempotencyKey",
  ],
  [
    "catalogIdCharacters",
    changes.create.input,
    (n) => create({ catalogObjectId: text(n) }),
    "TOO_LONG changes[0].catalogObjectId",
  ],
  ["catalogIdCharacters", changes.get.input, (n) => ({ id: text(n) }), "TOO_LONG id"],
  [
    "catalogIdCharacters",
    catalog.upsert.input,
    (n) => upsert({ ...item, id: text(n) }),
    "TOO_LONG objects[0].id",
  ],
  [
    "locationIdCharacters",
    changes.create.input,
    (n) => create({ locationId: text(n) }),
    "TOO_LONG changes[0].locationId",
  ],
  [
    "locationIdCharacters",
    locations.create.input,
    (n) => ({ id: text(n), name: "Shop" }),
    "TOO_LONG id",
  ],
  ["locationIdCharacters", tokens.revoke.input, (n) => ({ id: text(n) }), "TOO_LONG id"],
  [
    "referenceIdCharacters",
    changes.create.input,
    (n) => create({ referenceId: text(n) }),
    "TOO_LONG changes[0].referenceId",
  ],
  [
    "personIdCharacters",
    changes.create.input,
    (n) => create({ employeeId: text(n) }),
    "TOO_LONG changes[0].employeeId",
  ],
  [
    "personIdCharacters",
    changes.create.input,
    (n) => create({ teamMemberId: text(n) }),
    "TOO_LONG changes[0].teamMemberId",
  ],
  [
    "personIdCharacters",
    tokens.create.input,
    (n) => ({ ...token, application: { id: text(n), name: "Till" } }),
    "TOO_LONG application.id",
  ],
  [
    "quantityCharacters",
    changes.create.input,
    (n) => create({ quantity: "1".repeat(n) }),
    "INVALID_QUANTITY changes[0].quantity",
  ],
  [
    "quantityPlaces",
    changes.create.input,
    (n) => create({ quantity: `1.${"1".repeat(n)}` }),
    "INVALID_QUANTITY changes[0].quantity",
  ],
  [
    "timeFractionDigits",
    changes.create.input,
    (n) => create({ occurredAt: `2026-11-22T09:30:00.${"1".repeat(n)}Z` }),
    "INVALID_TIME changes[0].occurredAt",
  ],
  [
    "idsPerFilter",
    counts.list.input,
    (n) => ({ catalogObjectIds: some(n, "TEA") }),
    "TOO_MANY catalogObjectIds",
  ],
  [
    "idsPerFilter",
    changes.list.input,
    (n) => ({ locationIds: some(n, "SHOP") }),
    "TOO_MANY locationIds",
  ],
  [
    "idsPerFilter",
    counts.ofObject.input,
    (n) => ({ catalogObjectId: "TEA", locationIds: some(n, "SHOP") }),
    "TOO_MANY locationIds",
  ],
  ["idsPerFilter", catalog.list.input, (n) => ({ ids: some(n, "TEA") }), "TOO_MANY ids"],
  ["idsPerFilter", catalog.list.input, (n) => ({ skus: some(n, "TEA") }), "TOO_MANY skus"],
  ["pageSizeMax", counts.list.input, (n) => ({ limit: n }), "TOO_HIGH limit"],
  ["pageSizeMax", changes.list.input, (n) => ({ limit: n }), "TOO_HIGH limit"],
  [
    "pageSizeMax",
    changes.ofObject.input,
    (n) => ({ catalogObjectId: "TEA", limit: n }),
    "TOO_HIGH limit",
  ],
  [
    "pageSizeMax",
    counts.ofObject.input,
    (n) => ({ catalogObjectId: "TEA", limit: n }),
    "TOO_HIGH limit",
  ],
  ["pageSizeMax", catalog.list.input, (n) => ({ limit: n }), "TOO_HIGH limit"],
  ["pageSizeMax", locations.list.input, (n) => ({ limit: n }), "TOO_HIGH limit"],
  ["pageSizeMax", merchants.list.input, (n) => ({ limit: n }), "TOO_HIGH limit"],
  ["pageSizeMax", tokens.list.input, (n) => ({ limit: n }), "TOO_HIGH limit"],
  ["cursorCharacters", counts.list.input, (n) => ({ cursor: text(n) }), "TOO_LONG cursor"],
  [
    "catalogObjectsPerUpsert",
    catalog.upsert.input,
    (n) => ({ idempotencyKey: key, objects: some(n, item) }),
    "TOO_MANY objects",
  ],
  [
    "variationsPerItem",
    catalog.upsert.input,
    (n) => upsert({ ...item, variations: some(n, { id: "#bag", name: "Bag" }) }),
    "TOO_MANY objects[0].variations",
  ],
  ["catalogIdsPerDelete", catalog.delete.input, (n) => ({ ids: some(n, "TEA") }), "TOO_MANY ids"],
  [
    "itemNameCharacters",
    catalog.upsert.input,
    (n) => upsert({ ...item, name: text(n) }),
    "TOO_LONG objects[0].name",
  ],
  [
    "descriptionCharacters",
    catalog.upsert.input,
    (n) => upsert({ ...item, description: text(n) }),
    "TOO_LONG objects[0].description",
  ],
  [
    "descriptionCharacters",
    locations.create.input,
    (n) => ({ name: "Shop", description: text(n) }),
    "TOO_LONG description",
  ],
  ...(["name", "sku", "upc"] as const).map((field): Bounded => [
    "nameCharacters",
    catalog.upsert.input,
    (n) => upsert({ ...variation, [field]: text(n) }),
    `TOO_LONG objects[0].${field}`,
  ]),
  ["nameCharacters", locations.create.input, (n) => ({ name: text(n) }), "TOO_LONG name"],
  ["nameCharacters", merchants.create.input, (n) => ({ name: text(n) }), "TOO_LONG name"],
  [
    "nameCharacters",
    tokens.create.input,
    (n) => ({ ...token, application: { name: text(n) } }),
    "TOO_LONG application.name",
  ],
  [
    "webhookNameCharacters",
    webhooks.create.input,
    (n) => ({ ...hook, name: text(n) }),
    "TOO_LONG name",
  ],
  [
    "webhookUrlCharacters",
    webhooks.create.input,
    (n) => ({
      ...hook,
      notificationUrl: `https://a.example/${text(n - "https://a.example/".length)}`,
    }),
    "TOO_LONG notificationUrl",
  ],
  [
    "webhookEventTypes",
    webhooks.create.input,
    (n) => ({ ...hook, eventTypes: some(n, "inventory.count.updated") }),
    "TOO_MANY eventTypes",
  ],
  ["webhookIdCharacters", webhooks.get.input, (n) => ({ id: text(n) }), "TOO_LONG id"],
  ["webhookIdCharacters", webhooks.delivery.input, (n) => ({ id: text(n) }), "TOO_LONG id"],
  ["pageSizeMax", webhooks.list.input, (n) => ({ limit: n }), "TOO_HIGH limit"],
  ["pageSizeMax", webhooks.deliveries.input, (n) => ({ limit: n }), "TOO_HIGH limit"],
  ["searchTextCharacters", catalog.list.input, (n) => ({ text: text(n) }), "TOO_LONG text"],
  [
    "extraCharacters",
    locations.create.input,
    (n) => ({ name: "Shop", extra: { a: text(n - '{"a":""}'.length) } }),
    "TOO_LONG extra",
  ],
];

describe("each bound is met, and crossed by one", () => {
  test.each(BOUNDED)("%s", (limit, schema, given, refusal) => {
    expect(verdict(schema, given(LIMITS[limit]))).toBe("permitted");
    expect(verdict(schema, given(LIMITS[limit] + 1))).toBe(refusal);
  });
});

test("a time zone is refused for its length before it is looked up", () => {
  const given = { name: "Shop", timezone: text(LIMITS.timezoneCharacters + 1) };
  expect(verdict(locations.create.input, given)).toMatch(/^TOO_LONG timezone/);
});

describe("nothing may be empty where something is needed", () => {
  test.each([
    [changes.create.input, { idempotencyKey: key, changes: [] }, "TOO_FEW changes"],
    [changes.create.input, { idempotencyKey: "", changes: [sale] }, "TOO_SHORT idempotencyKey"],
    [counts.list.input, { locationIds: [] }, "TOO_FEW locationIds"],
    [counts.list.input, { states: [] }, "TOO_FEW states"],
    [counts.list.input, { cursor: "" }, "TOO_SHORT cursor"],
    [changes.list.input, { types: [] }, "TOO_FEW types"],
    [counts.list.input, { limit: 0 }, "TOO_LOW limit"],
    [counts.list.input, { limit: -1 }, "TOO_LOW limit"],
    [catalog.upsert.input, { idempotencyKey: key, objects: [] }, "TOO_FEW objects"],
    [catalog.upsert.input, upsert({ ...item, name: "" }), "TOO_SHORT objects[0].name"],
    [catalog.upsert.input, upsert({ ...item, version: 0 }), "TOO_LOW objects[0].version"],
    [catalog.delete.input, { ids: [] }, "TOO_FEW ids"],
    [tokens.create.input, { ...token, scopes: [] }, "TOO_FEW scopes"],
  ])("%#: %j", (schema, given, refusal) => {
    expect(verdict(schema, given)).toBe(refusal);
  });
});

test("a page has its default size", () => {
  expect(counts.list.input.parse({})).toEqual({ limit: LIMITS.pageSizeDefault });
});

describe("ids a team chooses", () => {
  test.each(["TEA", "tea-500g", "a.b_c~d:e", "7"])("%j is permitted", (id) => {
    expect(verdict(catalog.upsert.input, upsert({ ...item, id }))).toBe("permitted");
    expect(verdict(locations.create.input, { id, name: "Shop" })).toBe("permitted");
  });

  test.each(["-tea", "tea bag", "tea/bag", "tée", "tea\n", "te\0a"])("%j is not", (id) => {
    expect(verdict(catalog.upsert.input, upsert({ ...item, id }))).toBe(
      "INVALID_VALUE objects[0].id",
    );
    expect(verdict(locations.create.input, { id, name: "Shop" })).toBe("INVALID_VALUE id");
  });

  test('"#" and a name stands for an object of this request, not for a location', () => {
    expect(verdict(catalog.upsert.input, upsert({ ...item, id: "#any thing" }))).toBe("permitted");
    expect(verdict(catalog.upsert.input, upsert({ ...item, id: "#" }))).toBe(
      "INVALID_VALUE objects[0].id",
    );
    expect(verdict(locations.create.input, { id: "#shop", name: "Shop" })).toBe("INVALID_VALUE id");
  });

  test("a time zone is one that IANA knows", () => {
    const zone = (timezone: string) => verdict(locations.create.input, { name: "Shop", timezone });
    expect(zone("Europe/Berlin")).toBe("permitted");
    expect(zone("Europe/Atlantis")).toBe("INVALID_VALUE timezone");
    expect(zone("\0")).toBe("INVALID_VALUE timezone");
  });
});
