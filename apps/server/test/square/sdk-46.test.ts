import { randomUUID } from "node:crypto";
import { type Square, SquareClient, SquareError } from "square";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Listening } from "../../src/listen.ts";
import { minutesAgo, openWorld, type World } from "./world.ts";

let world: World;
let served: Listening;
let square: SquareClient;
let shop: string;
let cellar: string;
beforeAll(async () => {
  world = await openWorld();
  served = await world.serve();
  square = new SquareClient({ token: world.token, environment: served.url });
  shop = await newLocation("Shop");
  cellar = await newLocation("Cellar");
});
afterAll(async () => {
  await served.close();
  await world.close();
});

async function newLocation(name: string): Promise<string> {
  const { location } = await square.locations.create({ location: { name } });
  return location?.id ?? "";
}

async function newVariation(name: string): Promise<string> {
  const id = `#${name}`;
  const { idMappings } = await square.catalog.object.upsert({
    idempotencyKey: randomUUID(),
    object: {
      type: "ITEM",
      id,
      itemData: {
        name,
        variations: [
          {
            type: "ITEM_VARIATION",
            id: `${id}-1`,
            itemVariationData: { name: "Regular", trackInventory: true },
          },
        ],
      },
    },
  });
  const mapping = idMappings?.find(({ clientObjectId }) => clientObjectId === `${id}-1`);
  return mapping?.objectId ?? "";
}

async function write(...changes: Square.InventoryChange[]) {
  return square.inventory.batchCreateChanges({ idempotencyKey: randomUUID(), changes });
}

interface Moved {
  readonly of: string;
  readonly quantity: string;
  readonly ago: number;
}
const adjust =
  (fromState: Square.InventoryState, toState: Square.InventoryState) =>
  ({ of, quantity, ago }: Moved): Square.InventoryChange => ({
    type: "ADJUSTMENT",
    adjustment: {
      catalogObjectId: of,
      fromState,
      toState,
      fromLocationId: shop,
      toLocationId: shop,
      quantity,
      occurredAt: minutesAgo(ago),
    },
  });
const receive = adjust("NONE", "IN_STOCK");
const sell = adjust("IN_STOCK", "SOLD");
const waste = adjust("IN_STOCK", "WASTE");
const count = ({ of, quantity, ago }: Moved): Square.InventoryChange => ({
  type: "PHYSICAL_COUNT",
  physicalCount: {
    catalogObjectId: of,
    state: "IN_STOCK",
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

async function refusal(asked: Promise<unknown>): Promise<SquareError> {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof SquareError) return error;
  throw new Error("was not refused");
}

describe("square 46 (dialect B), unchanged but for its URL", () => {
  test("a day: received, sold, counted, sold offline and told late, wasted (worked example 2)", async () => {
    const of = await newVariation("Day");
    await write(receive({ of, quantity: "100", ago: 60 }));
    await write(sell({ of, quantity: "3", ago: 50 }));
    expect(await stock(of)).toEqual({ "shop IN_STOCK": "97" });
    await write(count({ of, quantity: "95", ago: 30 }));
    const late = await write(sell({ of, quantity: "2", ago: 40 }));
    expect(late.counts).toEqual([expect.objectContaining({ state: "IN_STOCK", quantity: "95" })]);
    await write(waste({ of, quantity: "2", ago: 20 }));
    expect(await stock(of)).toEqual({ "shop IN_STOCK": "93", "shop WASTE": "2" });

    const history: unknown[] = [];
    for await (const change of await square.inventory.changes({ catalogObjectId: of }))
      history.push(
        change.type === "ADJUSTMENT" ? change.adjustment?.toState : change.physicalCount?.quantity,
      );
    expect(history).toEqual(["WASTE", "95", "SOLD", "SOLD", "IN_STOCK"]);
  });

  test("a move between two locations is an adjustment", async () => {
    const of = await newVariation("Move");
    const moved = await write(receive({ of, quantity: "9", ago: 9 }), {
      type: "ADJUSTMENT",
      adjustment: {
        catalogObjectId: of,
        fromState: "IN_STOCK",
        toState: "IN_STOCK",
        fromLocationId: shop,
        toLocationId: cellar,
        quantity: "4",
        occurredAt: minutesAgo(1),
      },
    });
    expect(await stock(of)).toEqual({ "shop IN_STOCK": "5", "cellar IN_STOCK": "4" });
    const change = moved.changes?.[1];
    const adjustmentId = change?.type === "ADJUSTMENT" ? (change.adjustment?.id ?? "") : "";
    const { adjustment } = await square.inventory.getAdjustment({ adjustmentId });
    expect(adjustment).toMatchObject({ fromLocationId: shop, toLocationId: cellar, quantity: "4" });
    const old = await square.inventory.deprecatedGetAdjustment({ adjustmentId });
    expect(old.adjustment).toEqual(adjustment);
  });

  test("one physical count, by both its paths", async () => {
    const of = await newVariation("Counted");
    const { changes } = await write(count({ of, quantity: "7.125", ago: 1 }));
    const change = changes?.[0];
    const physicalCountId =
      change?.type === "PHYSICAL_COUNT" ? (change.physicalCount?.id ?? "") : "";
    const now = await square.inventory.getPhysicalCount({ physicalCountId });
    expect(now.count).toMatchObject({ quantity: "7.125", state: "IN_STOCK", locationId: shop });
    const old = await square.inventory.deprecatedGetPhysicalCount({ physicalCountId });
    expect(old).toEqual(now);
  });

  test("page iterators read everything once", async () => {
    const of = await newVariation("Paged");
    const sales = Array.from({ length: 7 }, (_, n) =>
      sell({ of, quantity: `${n + 1}`, ago: 30 - n }),
    );
    await write(...sales);
    const page = await square.inventory.batchGetChanges({ catalogObjectIds: [of], limit: 3 });
    expect(page.data).toHaveLength(3);
    expect(page.hasNextPage()).toBe(true);
    const quantities: unknown[] = [];
    for await (const change of page)
      quantities.push(change.type === "ADJUSTMENT" ? change.adjustment?.quantity : undefined);
    expect(quantities).toEqual(["1", "2", "3", "4", "5", "6", "7"]);

    const back: unknown[] = [];
    const newest = await square.inventory.batchGetChanges({
      catalogObjectIds: [of],
      types: ["ADJUSTMENT"],
      sort: { field: "OCCURRED_AT", order: "DESC" },
      limit: 2,
    });
    for await (const change of newest)
      back.push(change.type === "ADJUSTMENT" ? change.adjustment?.quantity : undefined);
    expect(back).toEqual(quantities.toReversed());

    const seen: (string | undefined)[] = [];
    for await (const row of await square.inventory.batchGetCounts({ limit: 1 }))
      seen.push(`${row.catalogObjectId} ${row.locationId} ${row.state}`);
    expect(new Set(seen).size).toBe(seen.length);
    const old = await square.inventory.deprecatedBatchGetCounts({ limit: 1000 });
    expect(seen).toHaveLength(old.counts?.length ?? 0);
  });

  test("sync: what changed since the last look", async () => {
    const of = await newVariation("Synced");
    const before = await write(receive({ of, quantity: "5", ago: 5 }));
    const updatedAfter = before.counts?.[0]?.calculatedAt ?? "";
    const nothing = await square.inventory.batchGetCounts({ updatedAfter });
    expect(nothing.data).toEqual([]);
    await write(sell({ of, quantity: "1", ago: 4 }));
    const counts = await square.inventory.batchGetCounts({ updatedAfter });
    expect(counts.data).toEqual([
      expect.objectContaining({ catalogObjectId: of, quantity: "4", state: "IN_STOCK" }),
    ]);
    const changes = await square.inventory.batchGetChanges({ updatedAfter });
    expect(changes.data).toHaveLength(1);
    const old = await square.inventory.deprecatedBatchGetChanges({ updatedAfter });
    expect(old.changes).toEqual(changes.data);
  });

  test("a repeated request has one effect", async () => {
    const of = await newVariation("Repeated");
    const request = {
      idempotencyKey: randomUUID(),
      changes: [receive({ of, quantity: "5", ago: 5 })],
    };
    const first = await square.inventory.batchCreateChanges(request);
    const again = await square.inventory.deprecatedBatchChange(request);
    expect(again).toEqual(first);
    expect(await stock(of)).toEqual({ "shop IN_STOCK": "5" });
    const reused = await refusal(
      square.inventory.batchCreateChanges({
        ...request,
        changes: [sell({ of, quantity: "5", ago: 5 })],
      }),
    );
    expect(reused.statusCode).toBe(400);
    expect(reused.errors[0]?.code).toBe("IDEMPOTENCY_KEY_REUSED");
  });

  test("refusals arrive as SquareError with code and field", async () => {
    const of = await newVariation("Refused");
    const unknown = await refusal(write(receive({ of: "NOTHING", quantity: "1", ago: 1 })));
    expect(unknown.statusCode).toBe(404);
    expect(unknown.errors).toEqual([
      {
        category: "INVALID_REQUEST_ERROR",
        code: "NOT_FOUND",
        detail: "Object `NOTHING` not found.",
        field: "changes[0].adjustment.catalog_object_id",
      },
    ]);
    const bad = await refusal(write(waste({ of, quantity: "-1", ago: 1 })));
    expect(bad.errors[0]).toMatchObject({
      code: "INVALID_VALUE",
      field: "changes[0].adjustment.quantity",
    });
    const forgot = await refusal(
      write({
        type: "ADJUSTMENT",
        adjustment: {
          catalogObjectId: of,
          fromState: "NONE",
          toState: "IN_STOCK",
          quantity: "1",
          occurredAt: minutesAgo(1),
        },
      }),
    );
    expect(forgot.errors[0]).toMatchObject({
      code: "MISSING_REQUIRED_PARAMETER",
      field: "changes[0].adjustment.from_location_id",
    });
    const stranger = new SquareClient({ token: "bincard_wrong", environment: served.url });
    const unauthorized = await refusal(stranger.locations.list());
    expect(unauthorized.statusCode).toBe(401);
    expect(unauthorized.errors[0]?.code).toBe("UNAUTHORIZED");
    const reasons = await refusal(square.inventory.listInventoryAdjustmentReasons());
    expect(reasons.statusCode).toBe(404);
    expect(reasons.errors[0]?.code).toBe("NOT_FOUND");
  });
});
