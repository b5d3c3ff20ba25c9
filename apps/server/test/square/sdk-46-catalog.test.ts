import { randomUUID } from "node:crypto";
import { type Square, SquareClient, SquareError } from "square";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Listening } from "../../src/listen.ts";
import { openWorld, type World } from "./world.ts";

let world: World;
let served: Listening;
let square: SquareClient;
beforeAll(async () => {
  world = await openWorld();
  served = await world.serve();
  square = new SquareClient({ token: world.token, baseUrl: served.url });
});
afterAll(async () => {
  await served.close();
  await world.close();
});

const item = (name: string): Square.CatalogObject => ({
  type: "ITEM",
  id: `#${name}`,
  itemData: {
    name,
    variations: [
      {
        type: "ITEM_VARIATION",
        id: `#${name}-1`,
        itemVariationData: {
          name: "Regular",
          sku: name.toUpperCase(),
          priceMoney: { amount: 250n, currency: "USD" },
          locationOverrides: [{ locationId: "L", trackInventory: true }],
        },
      },
    ],
  },
});

const nameOf = (object: Square.CatalogObject) =>
  object.type === "ITEM" ? object.itemData?.name : undefined;

describe("square 46 and the catalog", () => {
  test("batch upsert, list by pages, search, batch get, delete", async () => {
    const names = Array.from({ length: 120 }, (_, n) => `Item ${n}`);
    const made = await square.catalog.batchUpsert({
      idempotencyKey: randomUUID(),
      batches: [{ objects: names.map(item) }],
    });
    expect(made.objects?.map(nameOf)).toEqual(names);
    expect(made.idMappings).toHaveLength(240);

    const listed: unknown[] = [];
    for await (const object of await square.catalog.list({ types: "ITEM" }))
      listed.push(nameOf(object));
    expect(listed.toSorted()).toEqual(names.toSorted());

    const found = await square.catalog.search({
      objectTypes: ["ITEM_VARIATION"],
      query: { exactQuery: { attributeName: "sku", attributeValue: "ITEM 77" } },
      includeRelatedObjects: true,
    });
    expect(found.objects).toHaveLength(1);
    expect(found.relatedObjects?.map(nameOf)).toEqual(["Item 77"]);

    const objectIds = [found.relatedObjects?.[0]?.id ?? ""];
    const got = await square.catalog.batchGet({ objectIds });
    expect(got.objects?.map(nameOf)).toEqual(["Item 77"]);
    const deleted = await square.catalog.batchDelete({ objectIds });
    expect(deleted.deletedObjectIds).toHaveLength(2);
    expect((await square.catalog.batchGet({ objectIds })).objects).toEqual([]);
  });

  test("money and versions are bigints, and what was read can be written back", async () => {
    const { catalogObject: made } = await square.catalog.object.upsert({
      idempotencyKey: randomUUID(),
      object: item("Tea"),
    });
    const objectId = made?.id ?? "";
    const { object } = await square.catalog.object.get({ objectId });
    if (object?.type !== "ITEM") throw new Error("the item was not answered");
    expect(object.version).toBe(1n);
    const variation = object.itemData?.variations?.[0];
    if (variation?.type !== "ITEM_VARIATION") throw new Error("the variation was not answered");
    expect(variation.itemVariationData?.priceMoney).toEqual({ amount: 250n, currency: "USD" });

    const renamed = { ...object, itemData: { ...object.itemData, name: "Green tea" } };
    const update = async () =>
      square.catalog.object.upsert({ idempotencyKey: randomUUID(), object: renamed });
    const updated = (await update()).catalogObject;
    expect(updated?.type === "ITEM" && updated.itemData?.name).toBe("Green tea");
    expect(updated?.type === "ITEM" && updated.version).toBe(2n);
    await expect(update()).rejects.toMatchObject({
      statusCode: 400,
      errors: [
        { code: "VERSION_MISMATCH", field: "object.version" },
        { code: "VERSION_MISMATCH", field: "object.item_data.variations[0].version" },
      ],
    });

    const { deletedObjectIds } = await square.catalog.object.delete({ objectId });
    expect(deletedObjectIds).toContain(objectId);
    await expect(square.catalog.object.get({ objectId })).rejects.toBeInstanceOf(SquareError);
  });

  test("locations: made, updated, listed", async () => {
    const { location } = await square.locations.create({
      location: { name: "Market", timezone: "Europe/Rome", address: { locality: "Rome" } },
    });
    const locationId = location?.id ?? "";
    await square.locations.update({ locationId, location: { description: "Stall 7" } });
    const read = await square.locations.get({ locationId });
    expect(read.location).toMatchObject({
      name: "Market",
      description: "Stall 7",
      timezone: "Europe/Rome",
      address: { locality: "Rome" },
      status: "ACTIVE",
      merchantId: world.merchantId,
    });
    const { locations } = await square.locations.list();
    expect(locations?.map(({ name }) => name)).toEqual(["Main", "Market"]);
  });
});
