import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, itemNamed, listAt, openWorld, textAt, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const objects = [
    itemNamed("Green tea", "TEA-G"),
    itemNamed("Black tea", "TEA-B"),
    itemNamed("Tea", "TEA-0"),
    itemNamed("Coffee", "COF"),
  ];
  const body = { idempotency_key: randomUUID(), batches: [{ objects }] };
  await world.ask("POST /v2/catalog/batch-upsert", { body });
});
afterAll(async () => world.close());

const nameOf = (object: unknown) =>
  at(object, "item_data", "name") ?? at(object, "item_variation_data", "sku");
const search = async (body: object) => world.ask("POST /v2/catalog/search", { body });
async function found(body: object): Promise<unknown[]> {
  const reply = await search(body);
  expect(reply.status).toBe(200);
  return listAt(reply.body, "objects").map(nameOf).toSorted();
}
const items = { object_types: ["ITEM"] };
const variations = { object_types: ["ITEM_VARIATION"] };

describe("catalog/list", () => {
  test("by type, in any case; types that Bincard keeps none of match nothing", async () => {
    const listed = async (query: string) =>
      listAt((await world.ask(`GET /v2/catalog/list${query}`)).body, "objects");
    expect(await listed("")).toHaveLength(8);
    expect(await listed("?types=ITEM")).toHaveLength(4);
    expect(await listed("?types=item_variation,IMAGE")).toHaveLength(4);
    expect(await listed("?types=ITEM%2CITEM_VARIATION")).toHaveLength(8);
    expect(await listed("?types=CATEGORY")).toHaveLength(0);
    const refused = await world.ask("GET /v2/catalog/list?types=ITEM,THING");
    expect(at(refused.body, "errors", 0)).toMatchObject({
      code: "INVALID_ENUM_VALUE",
      field: "types[1]",
    });
    expect((await world.ask("GET /v2/catalog/list?catalog_version=3")).status).toBe(400);
  });
});

describe("catalog/search", () => {
  test("by type", async () => {
    expect(await found({})).toHaveLength(8);
    expect(await found(items)).toEqual(["Black tea", "Coffee", "Green tea", "Tea"]);
    expect(await found(variations)).toEqual(["COF", "TEA-0", "TEA-B", "TEA-G"]);
    expect(await found({ object_types: ["TAX"] })).toEqual([]);
    expect(await found({ object_types: [] })).toHaveLength(8);
  });

  test.each([
    ["every keyword", { text_query: { keywords: ["TEA", "green"] } }, ["Green tea"]],
    ["a SKU's text", { text_query: { keywords: ["tea-"] } }, ["TEA-0", "TEA-B", "TEA-G"]],
    ["an exact name", { exact_query: { attribute_name: "name", attribute_value: "TEA" } }, ["Tea"]],
    ["an exact SKU", { exact_query: { attribute_name: "sku", attribute_value: "cof" } }, ["COF"]],
    [
      "a name's beginning",
      { prefix_query: { attribute_name: "name", attribute_prefix: "gr" } },
      ["Green tea"],
    ],
    [
      "several SKUs",
      { set_query: { attribute_name: "sku", attribute_values: ["TEA-B", "COF", "NO"] } },
      ["COF", "TEA-B"],
    ],
  ])("by %s", async (_, query, expected) => {
    expect(await found({ query })).toEqual(expected);
  });

  test("a text of Postgres' own wildcards is text", async () => {
    for (const keyword of ["%", "_", "\\"])
      expect(await found({ query: { text_query: { keywords: [keyword] } } })).toEqual([]);
  });

  test("the items of variations found, when asked for", async () => {
    const query = { exact_query: { attribute_name: "sku", attribute_value: "COF" } };
    const reply = await search({ query, include_related_objects: true });
    expect(listAt(reply.body, "related_objects").map(nameOf)).toEqual(["Coffee"]);
  });

  test("begin_time is exclusive; deleted objects on demand", async () => {
    const all = listAt((await search(items)).body, "objects");
    const begin_time = textAt(all[0], "updated_at");
    expect(await found({ ...items, begin_time })).toEqual([]);
    const made = await world.ask("POST /v2/catalog/object", {
      body: { idempotency_key: randomUUID(), object: itemNamed("Later") },
    });
    expect(await found({ ...items, begin_time })).toEqual(["Later"]);
    await world.ask(`DELETE /v2/catalog/object/${textAt(made.body, "catalog_object", "id")}`);
    expect(await found({ ...items, begin_time })).toEqual([]);
    const deleted = await search({ ...items, begin_time, include_deleted_objects: true });
    expect(at(deleted.body, "objects", 0)).toMatchObject({
      is_deleted: true,
      item_data: { name: "Later" },
    });
  });

  test("pages", async () => {
    const read: unknown[] = [];
    let cursor: unknown;
    do {
      const page = await search({ ...items, limit: 3, cursor });
      read.push(...listAt(page.body, "objects").map(nameOf));
      cursor = page.body["cursor"];
    } while (cursor !== undefined);
    expect(read.toSorted()).toEqual(await found(items));
  });

  test.each([
    [{ begin_time: "noon" }, "INVALID_TIME", "begin_time"],
    [{ limit: 0 }, "VALUE_TOO_LOW", "limit"],
    [{ object_types: ["THING"] }, "INVALID_ENUM_VALUE", "object_types[0]"],
    [{ query: { range_query: {} } }, "INVALID_VALUE", "query.range_query"],
    [{ query: { text_query: { keywords: [] } } }, "ARRAY_EMPTY", "query.text_query.keywords"],
    [
      { query: { text_query: { keywords: ["a"] }, set_query: null, prefix_query: {} } },
      "MISSING_REQUIRED_PARAMETER",
      "query.prefix_query.attribute_name",
    ],
    [
      {
        query: {
          text_query: { keywords: ["a"] },
          exact_query: { attribute_name: "name", attribute_value: "a" },
        },
      },
      "CONFLICTING_PARAMETERS",
      "query",
    ],
  ])("refused: %j", async (body, code, field) => {
    const reply = await search(body);
    expect(reply.status).toBe(400);
    expect(at(reply.body, "errors", 0)).toMatchObject({ code, field });
  });
});
