import { randomUUID } from "node:crypto";
import { LIMITS } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, itemNamed, listAt, openWorld, textAt, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world.close());

const UPSERT = "POST /v2/catalog/object";
const BATCH_UPSERT = "POST /v2/catalog/batch-upsert";
const key = () => ({ idempotency_key: randomUUID() });
const upsert = async (object: unknown) => world.ask(UPSERT, { body: { ...key(), object } });
const named = (objects: unknown[]) =>
  objects.map((object) => at(object, "item_data", "name") ?? at(object, "type"));

describe("catalog/object", () => {
  test("a new item with a variation; what Bincard does not read comes back as it came", async () => {
    const object = {
      type: "ITEM",
      id: "#coffee",
      present_at_all_locations: false,
      present_at_location_ids: ["L1"],
      item_data: {
        name: "Coffee",
        description: "Black",
        abbreviation: "Cof",
        categories: [{ id: "C1", ordinal: 3 }],
        variations: [
          {
            type: "ITEM_VARIATION",
            id: "#small",
            custom_attribute_values: { origin: { string_value: "Peru" } },
            item_variation_data: {
              item_id: "#coffee",
              name: "Small",
              sku: "COF-S",
              upc: "0123",
              pricing_type: "FIXED_PRICING",
              price_money: { amount: 300, currency: "USD" },
              track_inventory: true,
              location_overrides: [{ location_id: "L1", track_inventory: false }],
            },
          },
        ],
      },
    };
    const reply = await upsert(object);
    expect(reply.status).toBe(200);
    const item = textAt(reply.body, "id_mappings", 0, "object_id");
    const variation = textAt(reply.body, "id_mappings", 1, "object_id");
    const stored = { updated_at: expect.stringMatching(/Z$/), version: 1, is_deleted: false };
    const [inner] = object.item_data.variations;
    const expected = {
      ...object,
      ...stored,
      id: item,
      item_data: {
        ...object.item_data,
        variations: [
          {
            ...inner,
            ...stored,
            id: variation,
            present_at_all_locations: true,
            item_variation_data: { ...inner?.item_variation_data, item_id: item },
          },
        ],
      },
    };
    expect(reply.body).toEqual({
      catalog_object: expected,
      id_mappings: [
        { client_object_id: "#coffee", object_id: item },
        { client_object_id: "#small", object_id: variation },
      ],
    });
    expect((await world.ask(`GET /v2/catalog/object/${item}`)).body).toEqual({ object: expected });
  });

  test("what was read can be written back; an old version cannot", async () => {
    const made = at((await upsert(itemNamed("Read and written"))).body, "catalog_object");
    const again = await upsert(made);
    expect(again.status).toBe(200);
    expect(at(again.body, "catalog_object", "version")).toBe(2);
    const refused = await upsert(made);
    expect(refused.status).toBe(400);
    expect(at(refused.body, "errors", 0)).toMatchObject({
      category: "INVALID_REQUEST_ERROR",
      code: "VERSION_MISMATCH",
      field: "object.version",
    });
  });

  test("a variation of its own, and its item as the related object", async () => {
    const made = await upsert(itemNamed("Parent"));
    const item = textAt(made.body, "catalog_object", "id");
    const data = { item_id: item, name: "Large", sku: "" };
    const added = await upsert({ type: "ITEM_VARIATION", id: "#l", item_variation_data: data });
    const id = textAt(added.body, "catalog_object", "id");
    expect(at(added.body, "catalog_object", "item_variation_data")).toEqual({
      item_id: item,
      name: "Large",
    });
    const path = `GET /v2/catalog/object/${id}`;
    const related = await world.ask(`${path}?include_related_objects=true`);
    expect(listAt(related.body, "related_objects").map((object) => at(object, "id"))).toEqual([
      item,
    ]);
    expect((await world.ask(path)).body).not.toHaveProperty("related_objects");
    expect((await world.ask(`${path}?include_related_objects=maybe`)).status).toBe(400);
    expect((await world.ask(`${path}?catalog_version=7`)).status).toBe(400);
  });

  test("same key: the same ids; other body: refused", async () => {
    const body = { ...key(), object: itemNamed("Once") };
    const first = await world.ask(UPSERT, { body });
    expect((await world.ask(UPSERT, { body })).body).toEqual(first.body);
    const other = await world.ask(UPSERT, { body: { ...body, object: itemNamed("Twice") } });
    expect(at(other.body, "errors", 0, "code")).toBe("IDEMPOTENCY_KEY_REUSED");
  });

  test("a variation needs no name; it is shown without one until it is given one", async () => {
    const variations = [
      { type: "ITEM_VARIATION", id: "#a", item_variation_data: { sku: "no name", ordinal: 1 } },
      { type: "ITEM_VARIATION", id: "#b", item_variation_data: { name: "", upc: "123" } },
    ];
    const made = await upsert({ type: "ITEM", id: "#i", item_data: { name: "Soap", variations } });
    expect(made.status).toBe(200);
    const shown = listAt(made.body, "catalog_object", "item_data", "variations");
    const item_id = textAt(made.body, "catalog_object", "id");
    expect(shown.map((one) => at(one, "item_variation_data"))).toEqual(
      expect.arrayContaining([
        { item_id, sku: "no name", ordinal: 1 },
        { item_id, upc: "123" },
      ]),
    );
    const again = await upsert(at(made.body, "catalog_object"));
    expect(again.status).toBe(200);
    const [first] = listAt(again.body, "catalog_object", "item_data", "variations");
    const id = textAt(first, "id");
    const root = await world.ledger.authenticate(world.token);
    const read = () => world.ledger.catalog.get(root, { id, includeDeleted: false });
    expect((await read()).object.name).toBe("Regular");
    const data = { ...Object(at(first, "item_variation_data")), name: "Lavender" };
    const named = await upsert({ ...Object(first), item_variation_data: data });
    expect(at(named.body, "catalog_object", "item_variation_data")).toEqual(data);
    const { object } = await read();
    expect(object).toMatchObject({ name: "Lavender" });
    expect(object.extra ?? {}).not.toHaveProperty("name");
  });

  test("a refusal of stored state says what is true, and what helps", async () => {
    const refused = async (object: object) => {
      const { body, status } = await upsert(object);
      const error = at(body, "errors", 0);
      return [status, at(error, "code"), at(error, "detail")];
    };
    const made = await upsert(itemNamed("Firm"));
    const item = textAt(made.body, "catalog_object", "id");
    const variation = textAt(made.body, "catalog_object", "item_data", "variations", 0, "id");
    const place = "object.item_variation_data.item_id";
    const within = (item_id: string) => ({
      type: "ITEM_VARIATION",
      id: "#v",
      item_variation_data: { item_id, name: "V" },
    });
    expect(await refused(within(variation))).toEqual([
      404,
      "NOT_FOUND",
      `${place}: ${variation} is an ITEM_VARIATION, and an ITEM is needed here`,
    ]);
    expect(await refused(within("NOTHING"))).toEqual([
      404,
      "NOT_FOUND",
      `${place}: there is no item NOTHING`,
    ]);
    const named = (id: string, version?: number) => ({
      type: "ITEM",
      id,
      version,
      item_data: { name: "Firm" },
    });
    expect(await refused(named("NOTHING", 1))).toEqual([
      404,
      "NOT_FOUND",
      "object.id: there is no catalog object NOTHING to update; leave version out to make one",
    ]);
    await world.ask(`DELETE /v2/catalog/object/${item}`);
    const gone = `object.id: ${item} was deleted, and its id stays taken by its history`;
    expect(await refused(named(item, 1))).toEqual([404, "NOT_FOUND", gone]);
    expect(await refused(named(item))).toEqual([409, "CONFLICT", gone]);
    expect(await refused(named("#new", 0))).toEqual([
      400,
      "VALUE_TOO_LOW",
      "object.version: must be above 0",
    ]);
  });

  test("deleting is soft and takes the variations along", async () => {
    const made = await upsert(itemNamed("Gone"));
    const item = textAt(made.body, "catalog_object", "id");
    const variation = textAt(made.body, "catalog_object", "item_data", "variations", 0, "id");
    const deleted = await world.ask(`DELETE /v2/catalog/object/${item}`);
    expect(deleted.status).toBe(200);
    expect(listAt(deleted.body, "deleted_object_ids").toSorted()).toEqual(
      [item, variation].toSorted(),
    );
    expect(textAt(deleted.body, "deleted_at")).toMatch(/Z$/);
    for (const id of [item, variation])
      expect((await world.ask(`GET /v2/catalog/object/${id}`)).status).toBe(404);
    const unknown = await world.ask("DELETE /v2/catalog/object/NOTHING");
    expect(unknown.status).toBe(404);
    expect(at(unknown.body, "errors", 0)).toMatchObject({
      detail: "Object `NOTHING` not found.",
      field: "object_id",
    });
  });

  test.each([
    [{ type: "CATEGORY", id: "#c" }, "INVALID_ENUM_VALUE", "object.type"],
    [{ type: "ITEM", id: "#c" }, "MISSING_REQUIRED_PARAMETER", "object.item_data"],
    [
      { type: "ITEM", id: "#c", item_data: { name: "" } },
      "VALUE_TOO_SHORT",
      "object.item_data.name",
    ],
    [{ type: "ITEM", id: "bad id", item_data: { name: "C" } }, "INVALID_VALUE", "object.id"],
    [
      { type: "ITEM", id: "#c", colour: 1, item_data: { name: "C" } },
      "UNKNOWN_BODY_PARAMETER",
      "object.colour",
    ],
    [
      { type: "ITEM_VARIATION", id: "#v", item_variation_data: { name: "V" } },
      "MISSING_REQUIRED_PARAMETER",
      "object.item_variation_data.item_id",
    ],
    [
      {
        type: "ITEM",
        id: "#c",
        item_data: {
          name: "C",
          variations: [
            {
              type: "ITEM_VARIATION",
              id: "#v",
              item_variation_data: { name: "V", sku: "s".repeat(LIMITS.nameCharacters + 1) },
            },
          ],
        },
      },
      "VALUE_TOO_LONG",
      "object.item_data.variations[0].item_variation_data.sku",
    ],
    [
      {
        type: "ITEM",
        id: "#c",
        item_data: { name: "C", tax_ids: ["x".repeat(LIMITS.extraCharacters)] },
      },
      "VALUE_TOO_LONG",
      "object.item_data",
    ],
  ])("refused: %j", async (object, code, field) => {
    const reply = await upsert(object);
    expect(reply.status).toBe(400);
    expect(at(reply.body, "errors", 0)).toMatchObject({ code, field });
  });

  test("a variation of an item that is not there: 404 at its field", async () => {
    const data = { item_id: "NOTHING", name: "Orphan" };
    const reply = await upsert({ type: "ITEM_VARIATION", id: "#o", item_variation_data: data });
    expect(reply.status).toBe(404);
    expect(at(reply.body, "errors", 0, "field")).toBe("object.item_variation_data.item_id");
  });
});

describe("catalog/batch-upsert", () => {
  test("several batches, one answer", async () => {
    const batches = [
      { objects: [itemNamed("B1"), itemNamed("B2")] },
      { objects: [itemNamed("B3")] },
    ];
    const reply = await world.ask(BATCH_UPSERT, { body: { ...key(), batches } });
    expect(reply.status).toBe(200);
    expect(named(listAt(reply.body, "objects"))).toEqual(["B1", "B2", "B3"]);
    expect(listAt(reply.body, "id_mappings")).toHaveLength(6);
    expect(textAt(reply.body, "updated_at")).toBe(textAt(reply.body, "objects", 2, "updated_at"));
  });

  test("one bad object keeps every one out, and its place says where", async () => {
    const bad = { ...itemNamed("Bad"), item_data: { name: "x".repeat(513) } };
    const batches = [{ objects: [itemNamed("Innocent")] }, { objects: [itemNamed("B5"), bad] }];
    const reply = await world.ask(BATCH_UPSERT, { body: { ...key(), batches } });
    expect(at(reply.body, "errors", 0)).toMatchObject({
      code: "VALUE_TOO_LONG",
      field: "batches[1].objects[1].item_data.name",
    });
    const body = { query: { text_query: { keywords: ["innocent"] } } };
    expect((await world.ask("POST /v2/catalog/search", { body })).body["objects"]).toEqual([]);
  });

  test("limits: 1,000 objects a batch, 10,000 a request", async () => {
    const objects = Array.from({ length: LIMITS.catalogObjectsPerBatch }, (_, n) => ({
      type: "ITEM",
      id: `#${n}`,
      item_data: { name: `N${n}` },
    }));
    const refused = async (batches: unknown[]) => {
      const reply = await world.ask(BATCH_UPSERT, { body: { ...key(), batches } });
      return [
        reply.status,
        at(reply.body, "errors", 0, "code"),
        at(reply.body, "errors", 0, "field"),
      ];
    };
    const code = "ARRAY_LENGTH_TOO_LONG";
    const tooLong = { objects: [...objects, ...objects.slice(0, 1)] };
    expect(await refused([tooLong])).toEqual([400, code, "batches[0].objects"]);
    const tooMany = Array.from({ length: 11 }, () => ({ objects }));
    expect(await refused(tooMany)).toEqual([400, code, "batches"]);
    expect(await refused([])).toEqual([400, "ARRAY_EMPTY", "batches"]);
    expect(await refused([{ objects: [] }])).toEqual([400, "ARRAY_EMPTY", "batches[0].objects"]);
  });
});

describe("catalog/batch-retrieve and batch-delete", () => {
  test("in the order asked for, each once; unknown ids passed over", async () => {
    const one = textAt((await upsert(itemNamed("R1"))).body, "catalog_object", "id");
    const two = textAt((await upsert(itemNamed("R2"))).body, "catalog_object", "id");
    const retrieve = async (body: object) => world.ask("POST /v2/catalog/batch-retrieve", { body });
    const object_ids = [two, "NOTHING", one, two];
    const reply = await retrieve({ object_ids, include_related_objects: true });
    expect(named(listAt(reply.body, "objects"))).toEqual(["R2", "R1"]);
    expect(reply.body["related_objects"]).toEqual([]);
    const body = { object_ids: [one, two] };
    const deleted = await world.ask("POST /v2/catalog/batch-delete", { body });
    expect(listAt(deleted.body, "deleted_object_ids")).toHaveLength(4);
    expect((await retrieve(body)).body["objects"]).toEqual([]);
    const kept = await retrieve({ ...body, include_deleted_objects: true });
    expect(listAt(kept.body, "objects").map((object) => at(object, "is_deleted"))).toEqual([
      true,
      true,
    ]);
  });

  test("an unknown id is no reason to delete the others", async () => {
    const one = textAt((await upsert(itemNamed("Kept"))).body, "catalog_object", "id");
    const body = { object_ids: [one, "NOTHING"] };
    const reply = await world.ask("POST /v2/catalog/batch-delete", { body });
    expect(reply.status).toBe(404);
    expect(at(reply.body, "errors", 0, "field")).toBe("object_ids[1]");
    expect((await world.ask(`GET /v2/catalog/object/${one}`)).status).toBe(200);
    const many = { object_ids: Array.from({ length: LIMITS.catalogIdsPerDelete + 1 }, () => one) };
    const refused = await world.ask("POST /v2/catalog/batch-delete", { body: many });
    expect(at(refused.body, "errors", 0, "code")).toBe("ARRAY_LENGTH_TOO_LONG");
  });
});
