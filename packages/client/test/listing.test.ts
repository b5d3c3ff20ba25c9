import { type Bincard, isBincardError } from "@bincard/client";
import { describe, expect, test } from "vitest";
import { fair, makeShelf, openStage, received, under } from "./stage.ts";

async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/**
 * Five changes at five locations, so that everything there is to list takes several pages of two.
 */
async function fill(bincard: Bincard) {
  const shelf = await makeShelf(bincard);
  for (let n = 1; n <= 4; n += 1) {
    await bincard.locations.create({ id: `VAN-${n}`, name: `Van ${n}` });
    await bincard.merchants.create({ name: `Branch ${n}` });
    await bincard.tokens.create({ application: { name: `Till ${n}` }, scopes: ["INVENTORY_READ"] });
    await bincard.catalog.upsert({ objects: [{ type: "ITEM", id: `ITEM-${n}`, name: `No ${n}` }] });
    await bincard.changes.create({
      changes: [received({ ...shelf, locationId: `VAN-${n}` }, String(n))],
    });
  }
  await bincard.changes.create({ changes: [received(shelf, "9")] });
  return shelf;
}

describe("for await", () => {
  test("gives every row of every listing once, in the order of its pages", async () => {
    const stage = await openStage();
    const bincard = stage.client();
    const { catalogObjectId } = await fill(bincard);
    const limit = 2;
    const quantities = (rows: { quantity: string }[]) => rows.map(({ quantity }) => quantity);

    const listed = await all(bincard.changes.list.each({ limit }));
    expect(quantities(listed)).toEqual(["1", "2", "3", "4", "9"]);
    const ofObject = await all(bincard.changes.ofObject.each({ catalogObjectId, limit }));
    expect(ofObject).toEqual(listed.toReversed());
    const counts = await all(bincard.counts.list.each({ limit }));
    expect(quantities(counts)).toEqual(["9", "4", "3", "2", "1"]);
    const counted = await all(bincard.counts.ofObject.each({ catalogObjectId, limit }));
    expect(quantities(counted).toSorted()).toEqual(["1", "2", "3", "4", "9"]);

    const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);
    const locations = ids(await all(bincard.locations.list.each({ limit })));
    expect(locations.slice(-5)).toEqual(["SHOP", "VAN-1", "VAN-2", "VAN-3", "VAN-4"]);
    const objects = ids(await all(bincard.catalog.list.each({ limit })));
    expect(objects).toEqual(["ITEM-1", "ITEM-2", "ITEM-3", "ITEM-4", "TEA", "TEA-100"]);
    expect(await all(bincard.merchants.list.each({ limit }))).toHaveLength(5);
    const tokens = await all(bincard.tokens.list.each({ limit }));
    expect(new Set(ids(tokens)).size).toBe(5);
  });

  test("asks for a page only when one is wanted", async () => {
    const stage = await openStage();
    await fill(stage.client());
    const sky = under(stage.fetch, fair);
    const { changes } = stage.client({ fetch: sky.fetch });
    for await (const change of changes.list.each({ limit: 2 })) {
      if (change.quantity === "3") break;
    }
    expect(sky.sent).toHaveLength(2);
  });

  test("repeats the filters on each page, and takes nothing from the caller's input", async () => {
    const stage = await openStage();
    const { catalogObjectId } = await fill(stage.client());
    const input = {
      catalogObjectIds: [catalogObjectId],
      locationIds: ["VAN-1", "VAN-3"],
      limit: 1,
    };
    const given = structuredClone(input);
    const rows = await all(stage.client().changes.list.each(input));
    expect(rows.map(({ quantity }) => quantity)).toEqual(["1", "3"]);
    expect(input).toEqual(given);
  });

  test("ends with the caller's signal, between pages as well", async () => {
    const stage = await openStage();
    await fill(stage.client());
    const abort = new AbortController();
    const seen: string[] = [];
    const loop = async () => {
      const rows = stage.client().changes.list.each({ limit: 2 }, { signal: abort.signal });
      for await (const { quantity } of rows) {
        seen.push(quantity);
        abort.abort();
      }
    };
    await expect(loop()).rejects.toSatisfy((error) => isBincardError(error, "ABORTED"));
    expect(seen).toEqual(["1", "2"]);
  });
});

describe("pages", () => {
  test("are there too, one by one or all, from any cursor on", async () => {
    const stage = await openStage();
    const bincard = stage.client();
    await fill(bincard);
    const first = await bincard.changes.list({ limit: 2 });
    expect(first.changes).toHaveLength(2);
    const { cursor } = first;
    const rest = await all(bincard.changes.list.pages({ limit: 2, cursor }));
    expect(rest.map(({ changes }) => changes.length)).toEqual([2, 1]);
    expect(rest.at(-1)).not.toHaveProperty("cursor");
  });

  test("of a filter with a thousand long ids are asked for like any other", async () => {
    const stage = await openStage();
    const bincard = stage.client();
    await fill(bincard);
    const padding = Array.from({ length: 999 }, (_, n) => `${"x".repeat(96)}${1_000 + n}`);
    const catalogObjectIds = ["TEA-100", ...padding];
    const rows = await all(bincard.counts.list.each({ catalogObjectIds, limit: 3 }));
    expect(rows).toHaveLength(5);
  });
});
