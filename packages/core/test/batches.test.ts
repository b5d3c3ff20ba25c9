import {
  type ChangeInput,
  formatTime,
  operations,
  parseTime,
  Refusal,
  type Scope,
} from "@bincard/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, parse, type World } from "./world.ts";

const now = Date.parse("2026-11-22T12:00:00Z") * 1_000;
const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;
let world: World;
let item: string;
beforeAll(async () => {
  world = await openWorld({ clock: () => now });
  item = await world.variation("Batch");
});
afterAll(() => world.close());

const receive = (quantity: string, catalogObjectId = item): ChangeInput => ({
  type: "ADJUSTMENT",
  catalogObjectId,
  locationId: world.main,
  fromState: "NONE",
  toState: "IN_STOCK",
  quantity,
  occurredAt: formatTime(now),
});

async function failuresOf(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Refusal) return error.failures;
  throw new Error("it was not refused", { cause: error });
}

test("L5: one bad change keeps the whole batch out; each bad one is named once", async () => {
  const batch = Array.from({ length: 20 }, () => receive("1"));
  batch[3] = receive("1", "nobody");
  batch[7] = { ...receive("1"), locationId: "nowhere" } as ChangeInput;
  batch[9] = { ...receive("1", "nobody"), locationId: "nowhere" } as ChangeInput;
  const failures = await failuresOf(world.record(batch));
  expect(failures.map(({ code, path, subject }) => [code, path, subject?.id])).toEqual([
    ["NOT_FOUND", ["changes", 3, "catalogObjectId"], "nobody"],
    ["NOT_FOUND", ["changes", 7, "locationId"], "nowhere"],
    ["NOT_FOUND", ["changes", 9, "catalogObjectId"], "nobody"],
  ]);
  expect(await world.quantity(item)).toBeUndefined();
});

test("L5: a refused batch leaves no trace on its neighbours in the same group", async () => {
  const shared = await world.variation("Neighbours");
  const giant = "9".repeat(26);
  const answers = await Promise.allSettled([
    world.record([receive("1", shared)]),
    world.record([receive("2", shared), receive("1", "nobody")]),
    world.record([receive(giant, shared), receive(giant, shared)]),
    world.record([receive("4", shared)]),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
  expect(await world.quantity(shared)).toBe("5");
});

test("L5: changes on one key are netted before anything is checked", async () => {
  const giant = "9".repeat(26);
  const netted = await world.variation("Netted");
  const sell = { ...receive(giant, netted), fromState: "IN_STOCK", toState: "SOLD" } as ChangeInput;
  // On its way it would need 27 characters; in the end it does not.
  await world.record([receive(giant, netted), receive(giant, netted), sell]);
  expect(await world.quantity(netted)).toBe(giant);
  const [failure] = await failuresOf(world.record([receive("1", netted)]));
  expect(failure).toMatchObject({ code: "COUNT_OUT_OF_RANGE", path: ["changes", 0, "quantity"] });
  expect(await world.quantity(netted)).toBe(giant);
});

test("L12: quantities and times come back exactly", async () => {
  const exact = await world.variation("Exact");
  const occurredAt = "2026-11-22T11:59:59.123456Z";
  const quantities = ["12345678901234567890.12345", "0.00001", "0.1", "0.2"];
  const { changes, counts } = await world.record(
    quantities.map((quantity) => ({ ...receive(quantity, exact), occurredAt })),
  );
  expect(changes.map(({ quantity }) => quantity)).toEqual(quantities);
  expect(new Set(changes.map((change) => change.occurredAt))).toEqual(new Set([occurredAt]));
  expect(counts[0]?.quantity).toBe("12345678901234567890.42346");
  const read = parse(operations.changes.list, { catalogObjectIds: [exact] });
  expect((await world.ledger.changes.list(world.root, read)).changes).toEqual(changes);
});

test("positions follow the request's order, and a batch has one receipt time", async () => {
  const { changes, position } = await world.record([receive("1"), receive("2"), receive("3")]);
  expect(changes.map((change) => change.position)).toEqual([position - 2, position - 1, position]);
  expect(new Set(changes.map(({ createdAt }) => createdAt)).size).toBe(1);
});

test("L9: receipt times follow positions though the database's clock steps back", async () => {
  const [merchant] = await world.sql<{ received_at: Date }[]>`
    update bincard.merchants set received_at = clock_timestamp() + interval '1 hour'
    where id = ${world.root.merchantId} returning received_at`;
  const ahead = merchant?.received_at.getTime() ?? 0;
  const { changes: first } = await world.record([receive("1")]);
  const { changes: second } = await world.record([receive("1")]);
  const times = [...first, ...second].map(({ createdAt }) => parseTime(createdAt) ?? 0);
  expect(times[0]).toBeGreaterThan(ahead * 1_000);
  expect(times[1]).toBe((times[0] ?? 0) + 1);
});

test("the answer's counts: one row for each tracked key named, by first mention", async () => {
  const second = await world.location("Second");
  const moved = await world.variation("Moved");
  const transfer: ChangeInput = {
    type: "TRANSFER",
    catalogObjectId: moved,
    fromLocationId: world.main,
    toLocationId: second,
    quantity: "2",
    occurredAt: formatTime(now),
  };
  const waste = { ...receive("1", moved), fromState: "IN_STOCK", toState: "WASTE" } as ChangeInput;
  const { counts } = await world.record([receive("9", moved), transfer, waste]);
  expect(counts.map(({ locationId, state, quantity }) => [locationId, state, quantity])).toEqual([
    [world.main, "IN_STOCK", "6"],
    [second, "IN_STOCK", "2"],
    [world.main, "WASTE", "1"],
  ]);
});

test("stock may go below zero", async () => {
  const oversold = await world.variation("Oversold");
  const sell = {
    ...receive("1.5", oversold),
    fromState: "IN_STOCK",
    toState: "SOLD",
  } as ChangeInput;
  expect((await world.record([sell])).counts).toMatchObject([{ quantity: "-1.5" }]);
});

const without = (missing: Scope) => ({
  ...world.root,
  scopes: world.root.scopes.filter((scope) => scope !== missing),
});

test("occurredAt: a day back without INVENTORY_BACKDATE, a minute ahead for anybody", async () => {
  const as = without("INVENTORY_BACKDATE");
  const when = (time: number): ChangeInput[] => [{ ...receive("1"), occurredAt: formatTime(time) }];
  const [late] = await failuresOf(world.record(when(now - 24 * HOUR - 1), { as }));
  expect(late).toMatchObject({ code: "INVALID_TIME", path: ["changes", 0, "occurredAt"] });
  const [early] = await failuresOf(world.record(when(now + 60 * SECOND + 1)));
  expect(early).toMatchObject({ code: "INVALID_TIME", path: ["changes", 0, "occurredAt"] });
  await world.record(when(now - 24 * HOUR), { as });
  await world.record(when(now + 60 * SECOND), { as });
  await world.record([{ ...receive("1"), occurredAt: "1999-12-31T23:59:59Z" }]);
});
