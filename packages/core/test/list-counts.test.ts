import {
  type ChangeInput,
  formatTime,
  operations,
  parseTime,
  type Principal,
} from "@bincard/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsOf } from "./refusal-of.ts";
import { openWorld, parse, type World } from "./world.ts";

const SECOND = 1_000_000;
const now = Date.now() * 1_000;
let world: World;
let shed: string;
let tea: string;
let milk: string;
beforeAll(async () => {
  world = await openWorld();
  shed = await world.location("Shed");
  tea = await world.variation("Tea");
  milk = await world.variation("Milk");
  await world.record([receive(tea, "10", { locationId: shed })]);
  await world.record([receive(milk, "5")]);
  await world.record([waste(milk, "2"), receive(tea, "3")]);
});
afterAll(() => world.close());

const adjust = (item: string, quantity: string, over: object): ChangeInput =>
  ({
    type: "ADJUSTMENT",
    catalogObjectId: item,
    locationId: world.main,
    quantity,
    occurredAt: formatTime(now - 60 * SECOND),
    ...over,
  }) as ChangeInput;
const receive = (item: string, quantity: string, over: object = {}) =>
  adjust(item, quantity, { fromState: "NONE", toState: "IN_STOCK", ...over });
const waste = (item: string, quantity: string, over: object = {}) =>
  adjust(item, quantity, { fromState: "IN_STOCK", toState: "WASTE", ...over });
const counted = (item: string, quantity: string, over: object = {}) =>
  adjust(item, quantity, { type: "PHYSICAL_COUNT", state: "IN_STOCK", ...over });

async function list(given: object = {}, as: Principal = world.root) {
  return (await world.ledger.counts.list(as, parse(operations.counts.list, given))).counts;
}
async function ofObject(given: object, as: Principal = world.root) {
  const input = parse(operations.counts.ofObject, given);
  return (await world.ledger.counts.ofObject(as, input)).counts;
}
/** Place, state and quantity of each count, in the order answered. */
const told = (counts: Awaited<ReturnType<typeof list>>) =>
  counts.map(({ catalogObjectId, locationId, state, quantity }) =>
    [
      catalogObjectId === tea ? "tea" : catalogObjectId === milk ? "milk" : catalogObjectId,
      locationId === shed ? "shed" : "main",
      state,
      quantity,
    ].join(" "),
  );

const MILK = ["milk main IN_STOCK 3", "milk main WASTE 2"];
const TEA = ["tea main IN_STOCK 3", "tea shed IN_STOCK 10"];

test("the newest calculatedAt comes first", async () => {
  const counts = await list();
  expect(told(counts).toSorted()).toEqual([...MILK, ...TEA].toSorted());
  expect(told(counts).at(-1)).toBe("tea shed IN_STOCK 10");
  const times = counts.map(({ calculatedAt }) => parseTime(calculatedAt) ?? 0);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  expect(new Set(times.slice(0, 3)).size).toBe(1);
});

test("calculatedAt is when the change that moved the count was received", async () => {
  const item = await world.variation("Moved");
  const { changes, counts } = await world.record([receive(item, "1"), waste(item, "1")]);
  const [change] = changes;
  expect(new Set(counts.map(({ calculatedAt }) => calculatedAt))).toEqual(
    new Set([change?.createdAt]),
  );
  expect(await ofObject({ catalogObjectId: item })).toEqual(
    counts.toSorted((a, b) => (a.state < b.state ? -1 : 1)),
  );
  const later = await world.record([receive(item, "1")]);
  expect(await list({ catalogObjectIds: [item] })).toEqual([later.counts[0], counts[1]]);
});

test("filters: objects, locations and states, alone and together", async () => {
  const both = { catalogObjectIds: [tea, milk] };
  const sorted = async (given: object) => told(await list(given)).toSorted();
  expect(await sorted({ catalogObjectIds: [milk] })).toEqual(MILK);
  expect(await sorted(both)).toEqual([...MILK, ...TEA]);
  expect(await sorted({ locationIds: [shed] })).toEqual(["tea shed IN_STOCK 10"]);
  expect(await sorted({ ...both, locationIds: [shed, world.main] })).toEqual([...MILK, ...TEA]);
  expect(await sorted({ ...both, states: ["WASTE"] })).toEqual(["milk main WASTE 2"]);
  expect(await sorted({ ...both, states: ["WASTE", "IN_STOCK"] })).toEqual([...MILK, ...TEA]);
  const narrow = { catalogObjectIds: [tea], locationIds: [world.main], states: ["IN_STOCK"] };
  expect(await sorted(narrow)).toEqual(["tea main IN_STOCK 3"]);
  expect(await sorted({ ...narrow, states: ["WASTE"] })).toEqual([]);
});

test("filters: what does not exist is found nowhere, and is no fault", async () => {
  expect(await list({ catalogObjectIds: ["nobody"] })).toEqual([]);
  expect(await list({ locationIds: ["nowhere"] })).toEqual([]);
  expect(await list({ states: ["RESERVED_FOR_SALE"] })).toEqual([]);
  expect(told(await list({ catalogObjectIds: ["nobody", tea] })).toSorted()).toEqual(TEA);
});

test("filters: untracked states are ignored", async () => {
  const of = { catalogObjectIds: [tea, milk] };
  const whole = await list(of);
  expect(await list({ ...of, states: ["NONE", "SOLD", "UNLINKED_RETURN"] })).toEqual(whole);
  expect(told(await list({ ...of, states: ["SOLD", "WASTE", "NONE"] }))).toEqual([
    "milk main WASTE 2",
  ]);
});

test("filters: updatedAfter is strict, to the microsecond", async () => {
  const of = { catalogObjectIds: [tea, milk] };
  const whole = await list(of);
  const times = whole.map(({ calculatedAt }) => parseTime(calculatedAt) ?? 0);
  for (const [index, time] of times.entries())
    for (const after of [time - 1, time, time + 1]) {
      const found = await list({ ...of, updatedAfter: formatTime(after) });
      const expected = whole.filter((_, place) => (times[place] ?? 0) > after);
      expect(found, `${index}: ${after - time}`).toEqual(expected);
    }
  // A finer time is cut to the microsecond before it is compared.
  const [first] = whole;
  const finer = first?.calculatedAt.replace("Z", "").padEnd(26, "0").concat("999Z");
  expect(await list({ ...of, updatedAfter: finer })).toEqual([]);
});

test("L3: a change older than the governing count leaves calculatedAt alone", async () => {
  const item = await world.variation("History only");
  await world.record([counted(item, "10")]);
  const before = await ofObject({ catalogObjectId: item });
  const occurredAt = formatTime(now - 120 * SECOND);
  const older = await world.record([receive(item, "5", { occurredAt })]);
  const olderCount = await world.record([counted(item, "77", { occurredAt })]);
  expect(older.changes).toHaveLength(1);
  expect(olderCount.changes).toHaveLength(1);
  expect(older.counts).toEqual(before);
  expect(olderCount.counts).toEqual(before);
  expect(await ofObject({ catalogObjectId: item })).toEqual(before);
});

test("L3 L4: only the sides that moved show a new calculatedAt", async () => {
  const item = await world.variation("One side");
  await world.record([waste(item, "1", { occurredAt: formatTime(now - 300 * SECOND) })]);
  await world.record([counted(item, "10")]);
  const before = await ofObject({ catalogObjectId: item });
  await world.record([waste(item, "2", { occurredAt: formatTime(now - 120 * SECOND) })]);
  const after = await ofObject({ catalogObjectId: item });
  expect(after.map(({ state, quantity }) => `${state} ${quantity}`)).toEqual([
    "IN_STOCK 10",
    "WASTE 3",
  ]);
  expect(after[0]).toEqual(before.find(({ state }) => state === "IN_STOCK"));
});

test("an ignored physical count leaves calculatedAt alone; one that is kept does not", async () => {
  const item = await world.variation("Unchanged");
  await world.record([counted(item, "10")]);
  const before = await ofObject({ catalogObjectId: item });
  const again = counted(item, "10.0", { occurredAt: formatTime(now) });
  const ignored = await world.record([again]);
  expect(ignored.changes).toEqual([]);
  expect(ignored.counts).toEqual(before);
  expect(await ofObject({ catalogObjectId: item })).toEqual(before);
  const kept = await world.record([again], { ignoreUnchangedCounts: false });
  const [change] = kept.changes;
  const expected = [{ ...before[0], calculatedAt: change?.createdAt }];
  expect(await ofObject({ catalogObjectId: item })).toEqual(expected);
});

test("ofObject: that object's only, everywhere or at some locations, in their order", async () => {
  const inOrder = shed < world.main ? TEA.toReversed() : TEA;
  expect(told(await ofObject({ catalogObjectId: tea }))).toEqual(inOrder);
  const at = (...locationIds: string[]) => ofObject({ catalogObjectId: tea, locationIds });
  expect(told(await at(shed))).toEqual(["tea shed IN_STOCK 10"]);
  expect(told(await at(shed, world.main))).toHaveLength(2);
  expect(await at("nowhere")).toEqual([]);
});

test("ofObject: an object that nothing moved has no counts; one that is not is NOT_FOUND", async () => {
  const still = await world.variation("Still");
  expect(await ofObject({ catalogObjectId: still })).toEqual([]);
  expect(await faultsOf(() => ofObject({ catalogObjectId: "nobody" }))).toEqual([
    ["NOT_FOUND", ["catalogObjectId"]],
  ]);
  const stranger = await world.stranger("Stranger");
  expect(await faultsOf(() => ofObject({ catalogObjectId: tea }, stranger))).toEqual([
    ["NOT_FOUND", ["catalogObjectId"]],
  ]);
  expect(await list({ catalogObjectIds: [tea] }, stranger)).toEqual([]);
});

test("a deleted object keeps its counts", async () => {
  const item = await world.variation("Deleted");
  await world.record([receive(item, "4"), waste(item, "1")]);
  const before = await ofObject({ catalogObjectId: item });
  await world.ledger.catalog.delete(world.root, parse(operations.catalog.delete, { ids: [item] }));
  expect(before).toHaveLength(2);
  expect(await ofObject({ catalogObjectId: item })).toEqual(before);
  expect(await list({ catalogObjectIds: [item] })).toEqual(before.toReversed());
});
