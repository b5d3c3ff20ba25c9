import { type ChangeInput, type FeedCount, formatTime, operations } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, parse, type World } from "./world.ts";

let world: World;
let items: string[];
beforeAll(async () => {
  world = await openWorld();
  items = [];
  for (const name of ["Tea", "Mug", "Pot", "Jug", "Cup"]) items.push(await world.variation(name));
});
afterAll(async () => world.close());

const move = (catalogObjectId: string, over: object = {}): ChangeInput => ({
  type: "ADJUSTMENT",
  catalogObjectId,
  locationId: world.main,
  fromState: "NONE",
  toState: "IN_STOCK",
  quantity: "1",
  occurredAt: formatTime(Date.now() * 1_000),
  ...over,
});
const waste = (id: string) => move(id, { fromState: "IN_STOCK", toState: "WASTE" });
const snapshot = (given: object = {}, as = world.root) =>
  world.ledger.feed.snapshot(as, parse(operations.feed.snapshot, given));
const read = (after: string) =>
  world.ledger.feed.read(world.root, parse(operations.feed.read, { after, limit: 1_000 }));
const keyOf = ({ catalogObjectId, locationId, state }: FeedCount) =>
  [catalogObjectId, locationId, state].join(" ");
const lines = (counts: Iterable<FeedCount>) =>
  [...counts].map((one) => `${keyOf(one)} ${one.quantity} ${one.position}`).toSorted();

test("of a merchant without changes is empty, and its place is the beginning", async () => {
  const stranger = await world.stranger("New");
  const { counts, place, ...rest } = await snapshot({}, stranger);
  expect({ counts, position: place.position, rest }).toEqual({ counts: [], position: 0, rest: {} });
});

test("L9 L10: pages read while others write, and the feed from their place, make all the counts", async () => {
  await world.record(items.map((id) => move(id)));
  const copy = new Map<string, FeedCount>();
  const keys: string[] = [];
  const first = await snapshot({ limit: 2 });
  for (let page = first; ;) {
    expect(page.place).toEqual(first.place);
    expect(page.counts.length).toBeLessThanOrEqual(2);
    for (const count of page.counts) copy.set(keyOf(count), count);
    keys.push(...page.counts.map(keyOf));
    // What was told, what will be told, and keys that appear before the place and behind it.
    await world.record(items.flatMap((id) => [move(id), waste(id)]));
    await world.record([move(await world.variation(`New ${keys.length}`))]);
    if (page.cursor === undefined) break;
    page = await snapshot({ limit: 2, cursor: page.cursor });
  }
  expect(keys).toEqual(keys.toSorted((a, b) => (a < b ? -1 : 1)));
  expect(new Set(keys).size).toBe(keys.length);
  const { changes, counts, more } = await read(first.place.cursor);
  expect(more).toBe(false);
  expect(changes[0]?.position).toBe(first.place.position + 1);
  for (const count of counts)
    if ((copy.get(keyOf(count))?.position ?? 0) <= count.position) copy.set(keyOf(count), count);
  expect(lines(copy.values())).toEqual(lines((await snapshot({ limit: 1_000 })).counts));
});

describe("a cursor of it", () => {
  const refused = { failures: [{ code: "INVALID_CURSOR", path: ["cursor"] }] };

  test("L11: of another merchant, altered, or of another listing is INVALID_CURSOR", async () => {
    const { cursor = "", place } = await snapshot({ limit: 1 });
    const stranger = await world.stranger("Elsewhere");
    await expect(snapshot({ cursor }, stranger)).rejects.toMatchObject(refused);
    await expect(snapshot({ cursor: `${cursor}A` })).rejects.toMatchObject(refused);
    await expect(snapshot({ cursor: place.cursor })).rejects.toMatchObject(refused);
  });

  test("is refused where the database was put back to before its place", async () => {
    const { cursor, place } = await snapshot({ limit: 1 });
    await world.sql`update bincard.merchants set position = position - 1`;
    try {
      await expect(snapshot({ cursor })).rejects.toMatchObject(refused);
    } finally {
      await world.sql`update bincard.merchants set position = ${place.position}
        where id = ${world.root.merchantId}`;
    }
  });
});
