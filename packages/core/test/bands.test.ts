import { type ChangeInput, type Count, operations } from "@bincard/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bandOf } from "../src/store/band.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

/** Counts are listed by bands of positions; a batch may begin in one and end in the next. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const adjust = (item: string, fromState: string, toState: string): ChangeInput =>
  ({
    type: "ADJUSTMENT",
    catalogObjectId: item,
    locationId: world.main,
    fromState,
    toState,
    quantity: "1",
    occurredAt: new Date().toISOString(),
  }) as ChangeInput;
const receive = (item: string) => adjust(item, "NONE", "IN_STOCK");
const transfer = (item: string, toLocationId: string): ChangeInput => ({
  type: "TRANSFER",
  catalogObjectId: item,
  state: "IN_STOCK",
  fromLocationId: world.main,
  toLocationId,
  quantity: "1",
  occurredAt: new Date().toISOString(),
});
const many = (item: string, count: number) => Array.from({ length: count }, () => receive(item));

/** Every count, read in pages of so many. */
async function listed(limit: number, filters: object = {}): Promise<Count[]> {
  const found: Count[] = [];
  let cursor: string | undefined;
  do {
    const asked = parse(operations.counts.list, { ...filters, limit, cursor });
    const page = await world.ledger.counts.list(world.root, asked);
    found.push(...page.counts);
    ({ cursor } = page);
  } while (cursor !== undefined);
  return found;
}

test("L10: the counts of one batch stay together where a band ends in its middle", async () => {
  const filler = await world.variation("Filler");
  for (const count of [1_000, 1_000, 1_000, 1_000, 93]) await world.record(many(filler, count));
  const items = await Promise.all(["A", "B", "C", "D"].map((name) => world.variation(name)));
  // Those of one batch go by position, the newest first, and not by their keys.
  const [a = "", b = "", c = "", d = ""] = items.toSorted();
  const { changes } = await world.record([b, d, a, c].map(receive));
  const bands = new Set(changes.map(({ position }) => bandOf(position)));
  expect(bands.size).toBe(2);
  const found = await listed(1);
  expect(found.map(({ catalogObjectId }) => catalogObjectId)).toEqual([c, a, d, b, filler]);
  const verified = await world.ledger.ledger.verify(world.root, {});
  expect(verified.findings).toEqual([]);
});

/** Every count as the table has it, newest first: by the position of the change that last moved it. */
async function expected(location?: string): Promise<string[]> {
  const rows = await world.sql<{ key: string }[]>`
    select catalog_object_id || ' ' || location_id || ' ' || state as key from bincard.counts
    where merchant_id = ${world.root.merchantId}
      and (${location ?? null}::text is null or location_id = ${location ?? null})
    order by position desc, catalog_object_id desc, location_id desc, state desc`;
  return rows.map(({ key }) => key);
}
const keyOf = (count: Count) => `${count.catalogObjectId} ${count.locationId} ${count.state}`;

test("L10: it shows nowhere whether changes or bands led to a page", async () => {
  const second = await world.location("Second");
  const filler = await world.variation("Filler of gaps");
  const items = Array.from({ length: 150 }, (_, index) => `DENSE${index}`);
  const variations = items.map((id) => ({ id, name: id }));
  const item = { type: "ITEM", id: "DENSE", name: "Dense", variations };
  const upsert = parse(operations.catalog.upsert, { idempotencyKey: newKey(), objects: [item] });
  await world.ledger.catalog.upsert(world.root, upsert);
  // Counts close together, then few and far between over several bands, then close together again.
  await world.record(items.map(receive));
  await world.record(items.slice(0, 100).map((id) => adjust(id, "IN_STOCK", "WASTE")));
  for (let gap = 0; gap < 9; gap++)
    await world.record([...many(filler, 999), receive(items[gap * 3] ?? "")]);
  await world.record(items.slice(20, 90).map((id) => transfer(id, second)));
  const all = await expected();
  expect(all.length).toBeGreaterThan(300);
  for (const limit of [1, 7, 64, 255, 256, 1_000])
    expect((await listed(limit)).map(keyOf), `${limit} a page`).toEqual(all);
  const there = await expected(second);
  expect(there).toHaveLength(70);
  for (const limit of [3, 50, 69, 70])
    expect((await listed(limit, { locationIds: [second] })).map(keyOf)).toEqual(there);
});
