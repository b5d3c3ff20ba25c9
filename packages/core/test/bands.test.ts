import { type ChangeInput, operations } from "@bincard/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bandOf } from "../src/store/band.ts";
import { openWorld, parse, type World } from "./world.ts";

/** Counts are listed by bands of positions; a batch may begin in one and end in the next. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const receive = (item: string): ChangeInput => ({
  type: "ADJUSTMENT",
  catalogObjectId: item,
  locationId: world.main,
  fromState: "NONE",
  toState: "IN_STOCK",
  quantity: "1",
  occurredAt: new Date().toISOString(),
});
const many = (item: string, count: number) => Array.from({ length: count }, () => receive(item));

test("L10: the counts of one batch stay together where a band ends in its middle", async () => {
  const filler = await world.variation("Filler");
  for (const count of [1_000, 1_000, 1_000, 1_000, 93]) await world.record(many(filler, count));
  const items = await Promise.all(["A", "B", "C", "D"].map((name) => world.variation(name)));
  // The highest key goes first, so that its place in the list is not that of its position.
  const inOrder = items.toSorted().toReversed();
  const { changes } = await world.record(inOrder.map(receive));
  const bands = new Set(changes.map(({ position }) => bandOf(position)));
  expect(bands.size).toBe(2);
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const asked = parse(operations.counts.list, { limit: 1, cursor });
    const page = await world.ledger.counts.list(world.root, asked);
    found.push(...page.counts.map(({ catalogObjectId }) => catalogObjectId));
    ({ cursor } = page);
  } while (cursor !== undefined);
  expect(found).toEqual([...inOrder, filler]);
  const verified = await world.ledger.ledger.verify(world.root, {});
  expect(verified.findings).toEqual([]);
});
