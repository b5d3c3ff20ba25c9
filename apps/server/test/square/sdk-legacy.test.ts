import { randomUUID } from "node:crypto";
import { ApiError, Client, Environment, type InventoryChange } from "square-39";
import { Client as Bundled, Environment as BundledEnvironment } from "square-43/legacy";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Listening } from "../../src/listen.ts";
import { minutesAgo, openWorld, type World } from "./world.ts";

let world: World;
let served: Listening;
let square: Client;
let shop: string;
let cellar: string;
beforeAll(async () => {
  world = await openWorld();
  served = await world.serve();
  square = new Client({
    environment: Environment.Custom,
    customUrl: served.url,
    bearerAuthCredentials: { accessToken: world.token },
  });
  shop = await world.newLocation("Shop");
  cellar = await world.newLocation("Cellar");
});
afterAll(async () => {
  await served.close();
  await world.close();
});

const adjust = (
  catalogObjectId: string,
  [fromState, toState]: [string, string],
  { quantity, ago }: { quantity: string; ago: number },
): InventoryChange => ({
  type: "ADJUSTMENT",
  adjustment: {
    catalogObjectId,
    fromState,
    toState,
    locationId: shop,
    quantity,
    occurredAt: minutesAgo(ago),
  },
});

async function write(...changes: InventoryChange[]) {
  const body = { idempotencyKey: randomUUID(), changes };
  return (await square.inventoryApi.batchChangeInventory(body)).result;
}

describe("the legacy client (dialect A), unchanged but for its URL", () => {
  test("catalog, locations and a day of stock", async () => {
    const upserted = await square.catalogApi.upsertCatalogObject({
      idempotencyKey: randomUUID(),
      object: {
        type: "ITEM",
        id: "#tea",
        itemData: {
          name: "Tea",
          variations: [
            { type: "ITEM_VARIATION", id: "#tea-1", itemVariationData: { name: "Regular" } },
          ],
        },
      },
    });
    const of = upserted.result.idMappings?.[1]?.objectId ?? "";
    const listed = await square.locationsApi.listLocations();
    expect(listed.result.locations?.map(({ id }) => id)).toContain(shop);

    await write(
      adjust(of, ["NONE", "IN_STOCK"], { quantity: "10", ago: 9 }),
      adjust(of, ["IN_STOCK", "WASTE"], { quantity: "1.5", ago: 8 }),
    );
    const made = await write({
      type: "TRANSFER",
      transfer: {
        catalogObjectId: of,
        state: "IN_STOCK",
        fromLocationId: shop,
        toLocationId: cellar,
        quantity: "3",
        occurredAt: minutesAgo(7),
      },
    });
    const transferId = made.changes?.[0]?.transfer?.id ?? "";
    const one = await square.inventoryApi.retrieveInventoryTransfer(transferId);
    expect(one.result.transfer).toMatchObject({ quantity: "3", toLocationId: cellar });

    // The legacy client ends its query with a stray "&".
    const api = square.inventoryApi;
    const counts = (await api.retrieveInventoryCount(of, shop)).result.counts ?? [];
    expect(counts.map(({ state, quantity }) => `${state} ${quantity}`).toSorted()).toEqual([
      "IN_STOCK 5.5",
      "WASTE 1.5",
    ]);
    const everywhere = await api.retrieveInventoryCount(of, `${shop},${cellar}`);
    expect(everywhere.result.counts).toHaveLength(3);
    const history = await api.retrieveInventoryChanges(of);
    expect(history.result.changes?.map(({ type }) => type)).toEqual([
      "TRANSFER",
      "ADJUSTMENT",
      "ADJUSTMENT",
    ]);
    const synced = await api.batchRetrieveInventoryCounts({ updatedAfter: "1970-01-01T00:00:00Z" });
    expect(synced.result.counts).toHaveLength(3);
    const first = await api.batchRetrieveInventoryChanges({ catalogObjectIds: [of], limit: 2 });
    const cursor = first.result.cursor ?? "";
    const rest = await api.batchRetrieveInventoryChanges({
      catalogObjectIds: [of],
      limit: 2,
      cursor,
    });
    expect(rest.result.changes).toHaveLength(1);
    expect(rest.result.cursor).toBeUndefined();
  });

  test("a refusal is an ApiError with its errors", async () => {
    const change = adjust("NOTHING", ["NONE", "IN_STOCK"], { quantity: "1", ago: 1 });
    const error = await write(change).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ApiError)) throw new Error("was not refused");
    expect(error.statusCode).toBe(404);
    expect(error.errors?.[0]).toMatchObject({
      code: "NOT_FOUND",
      field: "changes[0].adjustment.catalog_object_id",
    });
  });

  test("the one bundled in newer packages is the same", async () => {
    const bundled = new Bundled({
      environment: BundledEnvironment.Custom,
      customUrl: served.url,
      bearerAuthCredentials: { accessToken: world.token },
    });
    const read = await bundled.locationsApi.retrieveLocation(shop);
    expect(read.result.location?.name).toBe("Shop");
  });
});
