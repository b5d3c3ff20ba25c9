import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  A,
  at,
  B,
  batch,
  BATCH_CHANGES,
  BATCH_CREATE,
  DIALECTS,
  minutesAgo,
  openWorld,
  textAt,
  type World,
} from "./world.ts";

let world: World;
let shop: string;
let cellar: string;
beforeAll(async () => {
  world = await openWorld();
  shop = await world.newLocation("Shop");
  cellar = await world.newLocation("Cellar");
});
afterAll(async () => world.close());

function said(of: string, ago: number) {
  return {
    catalog_object_id: of,
    from_location_id: shop,
    to_location_id: cellar,
    quantity: "2",
    occurred_at: minutesAgo(ago),
  };
}
const asTransfer = (of: string) => ({
  type: "TRANSFER",
  transfer: { ...said(of, 2), state: "IN_STOCK" },
});
const asAdjustment = (of: string) => ({
  type: "ADJUSTMENT",
  adjustment: { ...said(of, 1), from_state: "IN_STOCK", to_state: "IN_STOCK" },
});

async function moveBothWays(of: string) {
  const old = await world.ask(BATCH_CREATE, { body: batch(asTransfer(of)), version: A });
  const now = await world.ask(BATCH_CREATE, { body: batch(asAdjustment(of)), version: B });
  return {
    transfer: textAt(old.body, "changes", 0, "transfer", "id"),
    adjustment: textAt(now.body, "changes", 0, "adjustment", "id"),
    counts: now.body["counts"],
  };
}

describe("a move between two locations", () => {
  test("takes from one and gives to the other, whichever way it is written", async () => {
    const of = await world.newVariation("Moved");
    const { counts } = await moveBothWays(of);
    expect(counts).toHaveLength(2);
    expect(counts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ location_id: shop, quantity: "-4" }),
        expect.objectContaining({ location_id: cellar, quantity: "4" }),
      ]),
    );
  });

  test("A shows both as TRANSFER, B both as ADJUSTMENT", async () => {
    const of = await world.newVariation("Shown");
    await moveBothWays(of);
    const locations = { from_location_id: shop, to_location_id: cellar };
    const list = async (version: string) =>
      (await world.ask(BATCH_CHANGES, { body: { catalog_object_ids: [of] }, version })).body;
    const transfer = expect.objectContaining({ ...locations, state: "IN_STOCK" });
    expect(await list(A)).toEqual({
      changes: [
        { type: "TRANSFER", transfer },
        { type: "TRANSFER", transfer },
      ],
    });
    const adjustment = expect.objectContaining({
      ...locations,
      from_state: "IN_STOCK",
      to_state: "IN_STOCK",
    });
    expect(await list(B)).toEqual({
      changes: [
        { type: "ADJUSTMENT", adjustment },
        { type: "ADJUSTMENT", adjustment },
      ],
    });
  });

  test("the filter ADJUSTMENT finds both; TRANSFER is no filter, and Square's default shows all", async () => {
    const of = await world.newVariation("Filtered");
    await moveBothWays(of);
    const list = async (types: string[], version: string) =>
      world.ask(BATCH_CHANGES, { body: { catalog_object_ids: [of], types }, version });
    for (const [, version] of DIALECTS) {
      expect((await list(["ADJUSTMENT"], version)).body["changes"]).toHaveLength(2);
      expect((await list(["PHYSICAL_COUNT"], version)).body["changes"]).toHaveLength(0);
      const unfiltered = await list([], version);
      expect(unfiltered.body["changes"]).toHaveLength(2);
      expect((await list(["PHYSICAL_COUNT", "ADJUSTMENT"], version)).body).toEqual(unfiltered.body);
      const refused = await list(["TRANSFER"], version);
      expect(refused.status).toBe(400);
      expect(at(refused.body, "errors", 0)).toMatchObject({
        code: "INVALID_ENUM_VALUE",
        field: "types[0]",
      });
    }
  });

  test("transfers/{id} answers in A and is retired in B; adjustments/{id} the other way round", async () => {
    const of = await world.newVariation("One of them");
    const { transfer, adjustment } = await moveBothWays(of);
    for (const id of [transfer, adjustment]) {
      const status = async (kind: string, version: string) =>
        (await world.ask(`GET /v2/inventory/${kind}/${id}`, { version })).status;
      expect(await status("transfers", A)).toBe(200);
      expect(await status("adjustments", A)).toBe(404);
      expect(await status("transfers", B)).toBe(404);
      expect(await status("adjustments", B)).toBe(200);
      expect(await status("adjustment", B)).toBe(200);
      expect(await status("physical-counts", A)).toBe(404);
    }
  });

  test("TRANSFER is no change type of B", async () => {
    const of = await world.newVariation("Not in B");
    const refused = await world.ask(BATCH_CREATE, { body: batch(asTransfer(of)), version: B });
    expect(refused.status).toBe(400);
    expect(refused.body["errors"]).toEqual([
      expect.objectContaining({ code: "INVALID_ENUM_VALUE", field: "changes[0].type" }),
    ]);
  });

  test("to where it already is: refused", async () => {
    const of = await world.newVariation("Nowhere");
    const { transfer } = asTransfer(of);
    const change = { type: "TRANSFER", transfer: { ...transfer, to_location_id: shop } };
    const refused = await world.ask(BATCH_CREATE, { body: batch(change) });
    expect(at(refused.body, "errors", 0)).toMatchObject({
      code: "INVALID_VALUE",
      field: "changes[0].transfer.to_location_id",
    });
  });
});
