import { randomUUID } from "node:crypto";
import { SquareClient as Newer } from "square";
import { type Square, SquareClient, SquareError } from "square-44";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Listening } from "../../src/listen.ts";
import { minutesAgo, openWorld, type World } from "./world.ts";

let world: World;
let served: Listening;
let square: SquareClient;
let newer: Newer;
let shop: string;
let cellar: string;
beforeAll(async () => {
  world = await openWorld();
  served = await world.serve();
  square = new SquareClient({ token: world.token, environment: served.url });
  newer = new Newer({ token: world.token, environment: served.url });
  shop = await world.newLocation("Shop");
  cellar = await world.newLocation("Cellar");
});
afterAll(async () => {
  await served.close();
  await world.close();
});

async function write(...changes: Square.InventoryChange[]) {
  return square.inventory.batchCreateChanges({ idempotencyKey: randomUUID(), changes });
}

const adjust = (
  catalogObjectId: string,
  [fromState, toState]: [Square.InventoryState, Square.InventoryState],
  { quantity, ago }: { quantity: string; ago: number },
): Square.InventoryChange => ({
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

async function stock(of: string): Promise<Record<string, string>> {
  const counts: Record<string, string> = {};
  for await (const row of await square.inventory.get({ catalogObjectId: of })) {
    const where = row.locationId === shop ? "shop" : "cellar";
    counts[`${where} ${row.state}`] = row.quantity ?? "";
  }
  return counts;
}

describe("square 44 (dialect A), unchanged but for its URL", () => {
  test("a day, with its late sale", async () => {
    const of = await world.newVariation("Day");
    await write(
      adjust(of, ["NONE", "IN_STOCK"], { quantity: "100", ago: 60 }),
      adjust(of, ["IN_STOCK", "SOLD"], { quantity: "3", ago: 50 }),
      {
        type: "PHYSICAL_COUNT",
        physicalCount: {
          catalogObjectId: of,
          locationId: shop,
          state: "IN_STOCK",
          quantity: "95",
          occurredAt: minutesAgo(30),
        },
      },
    );
    await write(adjust(of, ["IN_STOCK", "SOLD"], { quantity: "2", ago: 40 }));
    await write(adjust(of, ["IN_STOCK", "WASTE"], { quantity: "2", ago: 20 }));
    expect(await stock(of)).toEqual({ "shop IN_STOCK": "93", "shop WASTE": "2" });
    const page = await square.inventory.changes({ catalogObjectId: of, locationIds: shop });
    expect(page.data.map(({ adjustment }) => adjustment?.locationId)).toEqual([
      shop,
      undefined,
      shop,
      shop,
      shop,
    ]);
  });

  test("a transfer, and how each generation of the SDK sees the other's move", async () => {
    const of = await world.newVariation("Moved");
    const made = await write({
      type: "TRANSFER",
      transfer: {
        catalogObjectId: of,
        state: "IN_STOCK",
        fromLocationId: shop,
        toLocationId: cellar,
        quantity: "4",
        occurredAt: minutesAgo(9),
      },
    });
    expect(await stock(of)).toEqual({ "shop IN_STOCK": "-4", "cellar IN_STOCK": "4" });
    const transferId = made.changes?.[0]?.transfer?.id ?? "";
    const { transfer } = await square.inventory.getTransfer({ transferId });
    expect(transfer).toMatchObject({ fromLocationId: shop, toLocationId: cellar, quantity: "4" });
    const { adjustment } = await newer.inventory.getAdjustment({ adjustmentId: transferId });
    expect(adjustment).toMatchObject({
      fromState: "IN_STOCK",
      toState: "IN_STOCK",
      fromLocationId: shop,
      toLocationId: cellar,
    });

    await newer.inventory.batchCreateChanges({
      idempotencyKey: randomUUID(),
      changes: [
        {
          type: "ADJUSTMENT",
          adjustment: {
            catalogObjectId: of,
            fromState: "IN_STOCK",
            toState: "IN_STOCK",
            fromLocationId: cellar,
            toLocationId: shop,
            quantity: "1",
            occurredAt: minutesAgo(5),
          },
        },
      ],
    });
    const page = await square.inventory.batchGetChanges({ catalogObjectIds: [of] });
    expect(page.data.map(({ type, transfer: move }) => [type, move?.quantity])).toEqual([
      ["TRANSFER", "4"],
      ["TRANSFER", "1"],
    ]);
  });

  test("a refusal", async () => {
    const of = await world.newVariation("Refused");
    const error = await write(adjust(of, ["SOLD", "IN_STOCK"], { quantity: "1", ago: 1 })).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof SquareError)) throw new Error("was not refused");
    expect(error.statusCode).toBe(400);
    expect(error.errors).toEqual([
      expect.objectContaining({
        category: "INVALID_REQUEST_ERROR",
        code: "INVALID_VALUE",
        field: "changes[0].adjustment.to_state",
      }),
    ]);
  });
});
