import { type ChangeInput, formatTime, type Micros, operations } from "@bincard/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, type Pools } from "../src/store/connect.ts";
import { readCounts } from "../src/store/known.ts";
import { readRecentInstants } from "../src/store/recent-instants.ts";
import { openWorld, parse, type World } from "./world.ts";

/** Physical counts that are late by thousands of moves: what the key was then is told from whichever side is shorter. */
const MOVES = 7_000;
const SECOND = 1_000_000;
const began: Micros = Date.now() * 1_000 - 20_000 * SECOND;

let world: World;
let pools: Pools;
let item: string;
let second: string;
let other: string;
beforeAll(async () => {
  world = await openWorld();
  pools = connect(world.url);
  item = await world.variation("Late");
  other = await world.variation("Another");
  second = await world.location("Second");
  await world.record([adjust(0, "NONE", "IN_STOCK", { catalogObjectId: other })]);
  await world.record([count(began - 5 * SECOND, "1000")]);
  for (let first = 0; first < MOVES; first += 1_000)
    await world.record(Array.from({ length: 1_000 }, (_, index) => move(first + index)));
});
afterAll(async () => {
  await pools.close();
  await world.close();
});

/** Two moves at every second, so that an instant may be that of a move, or lie between. */
const timeOf = (index: number): Micros => began + Math.floor(index / 2) * SECOND;
const adjust = (index: number, fromState: string, toState: string, over: object = {}) =>
  ({
    type: "ADJUSTMENT",
    catalogObjectId: item,
    locationId: world.main,
    fromState,
    toState,
    quantity: String((index % 7) + 1),
    occurredAt: formatTime(timeOf(index)),
    ...over,
  }) as ChangeInput;
const count = (at: Micros, quantity: string): ChangeInput => ({
  type: "PHYSICAL_COUNT",
  catalogObjectId: item,
  locationId: world.main,
  state: "IN_STOCK",
  quantity,
  occurredAt: formatTime(at),
});
function transfer(index: number, fromLocationId: string, toLocationId: string): ChangeInput {
  const { catalogObjectId, quantity, occurredAt } = adjust(index, "NONE", "IN_STOCK");
  const where = { fromLocationId, toLocationId, state: "IN_STOCK" as const };
  return { type: "TRANSFER", catalogObjectId, quantity, occurredAt, ...where };
}
function move(index: number): ChangeInput {
  switch (index % 6) {
    case 0:
    case 1:
      return adjust(index, "NONE", "IN_STOCK");
    case 2:
      return adjust(index, "IN_STOCK", "SOLD");
    case 3:
      return adjust(index, "IN_STOCK", "WASTE");
    case 4:
      return transfer(index, world.main, second);
    default:
      return transfer(index, second, world.main);
  }
}
/** What a move does to the key. */
const effectOf = (index: number): bigint =>
  BigInt((index % 7) + 1) * ([0, 1, 5].includes(index % 6) ? 1n : -1n);

const SCALE = 100_000n;
/** The key at an instant, by going through all of it. */
function quantityAt(at: Micros): bigint {
  let quantity = 1_000n;
  for (let index = 0; index < MOVES; index++) if (timeOf(index) <= at) quantity += effectOf(index);
  return quantity * SCALE;
}

const PLACES = [-1, 0, 1, 499, 3_000, 3_499, 3_500, 3_501, 5_000, 6_499, MOVES - 2, MOVES];
const INSTANTS = PLACES.flatMap((index) => [timeOf(index) - 1, timeOf(index), timeOf(index) + 1]);

async function asTold(): Promise<readonly bigint[]> {
  const { merchantId } = world.root;
  const { sql } = pools.of(merchantId);
  const key = { catalogObjectId: item, locationId: world.main, state: "IN_STOCK" } as const;
  const [stored] = await readCounts(sql, merchantId, [key]);
  if (stored === undefined) throw new Error("the key has a count");
  const asked = INSTANTS.map((at) => ({ key, at, tally: stored.tally }));
  const told = await readRecentInstants(sql, merchantId, asked);
  expect(new Set(told.map(({ countedAt }) => countedAt))).toEqual(new Set([began - 5 * SECOND]));
  return told.map(({ quantity }) => quantity);
}

test("L1 L3: what a key was is told alike from its beginning and from its end", async () => {
  const expected = INSTANTS.map(quantityAt);
  expect(new Set(expected).size).toBeGreaterThan(10);
  expect(await asTold()).toEqual(expected);
});

test("L1: where history is archived, it is told from the end", async () => {
  await world.sql.begin(async (sql) => {
    // As if the range up to the governing count had been detached.
    await sql`create table kept as select * from bincard.changes where position <= 2`;
    await sql`delete from bincard.changes where position <= 2`;
  });
  try {
    expect(await asTold()).toEqual(INSTANTS.map(quantityAt));
  } finally {
    await world.sql`insert into bincard.changes select * from kept`;
    await world.sql`drop table kept`;
  }
});

test("L1 L3: a physical count keeps the thousands of moves after it, wherever it falls", async () => {
  const end = quantityAt(Infinity);
  for (const index of [0, 1_000, 3_500, 6_000]) {
    const at = timeOf(index);
    const { counts } = await world.record([count(at, "250")]);
    const expected = 250n + (end - quantityAt(at)) / SCALE;
    expect(counts).toMatchObject([{ quantity: String(expected) }]);
  }
  const { findings } = await world.ledger.ledger.verify(
    world.root,
    parse(operations.ledger.verify, {}),
  );
  expect(findings).toEqual([]);
});
