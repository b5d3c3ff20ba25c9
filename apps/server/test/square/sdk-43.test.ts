import { randomUUID } from "node:crypto";
import { type Square, SquareClient } from "square-43";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Listening } from "../../src/listen.ts";
import { minutesAgo, openWorld, type World } from "./world.ts";

let world: World;
let served: Listening;
let square: SquareClient;
let shop: string;
beforeAll(async () => {
  world = await openWorld();
  served = await world.serve();
  square = new SquareClient({ token: world.token, environment: served.url });
  shop = await world.newLocation("Shop");
});
afterAll(async () => {
  await served.close();
  await world.close();
});

const sale = (catalogObjectId: string, quantity: string, ago: number): Square.InventoryChange => ({
  type: "ADJUSTMENT",
  adjustment: {
    catalogObjectId,
    fromState: "IN_STOCK",
    toState: "SOLD",
    locationId: shop,
    quantity,
    occurredAt: minutesAgo(ago),
  },
});

describe("square 43 (dialect A), unchanged but for its URL", () => {
  test("write, read one, page, sync", async () => {
    const of = await world.newVariation("Sold");
    const quantities = ["1", "2", "3", "4", "5"];
    const made = await square.inventory.batchCreateChanges({
      idempotencyKey: randomUUID(),
      changes: quantities.map((quantity, n) => sale(of, quantity, 30 - n)),
    });
    expect(made.counts).toEqual([expect.objectContaining({ quantity: "-15", locationId: shop })]);
    const adjustmentId = made.changes?.[2]?.adjustment?.id ?? "";
    const { adjustment } = await square.inventory.getAdjustment({ adjustmentId });
    expect(adjustment).toMatchObject({ quantity: "3", locationId: shop, toState: "SOLD" });

    const read: unknown[] = [];
    const pages = await square.inventory.batchGetChanges({ catalogObjectIds: [of], limit: 2 });
    for await (const change of pages) read.push(change.adjustment?.quantity);
    expect(read).toEqual(quantities);

    const updatedAfter = made.counts?.[0]?.calculatedAt ?? "";
    expect((await square.inventory.batchGetCounts({ updatedAfter })).data).toEqual([]);
    await square.inventory.deprecatedBatchChange({
      idempotencyKey: randomUUID(),
      changes: [sale(of, "1", 1)],
    });
    const since = await square.inventory.batchGetCounts({ updatedAfter });
    expect(since.data.map(({ quantity }) => quantity)).toEqual(["-16"]);
  });
});
