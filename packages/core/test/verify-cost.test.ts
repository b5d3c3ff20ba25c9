import { type ChangeInput, formatTime, operations } from "@bincard/contracts";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { overviewOf } from "../src/store/verify-soundness.ts";
import { verifyStored } from "../src/store/verify.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

/**
 * What `verify` reads, in rows and not in seconds: twice the ledger, twice the rows, on tables of which the planner
 * knows nothing yet.
 */
const ITEMS = 250;

let world: World;
let second: string;
beforeAll(async () => {
  world = await openWorld();
  for (const table of ["changes", "counts", "idempotency_keys"])
    await world.sql.unsafe(`alter table bincard.${table} set (autovacuum_enabled = false)`);
  second = await world.location("Second");
});
afterAll(() => world.close());

const ID = (index: number) => `I${index}`;

async function stock(first: number): Promise<void> {
  const names = Array.from({ length: ITEMS }, (_, index) => ID(first + index));
  const objects = [
    {
      type: "ITEM",
      id: `OF${first}`,
      name: "Item",
      variations: names.map((id) => ({ id, name: id })),
    },
  ];
  await world.ledger.catalog.upsert(
    world.root,
    parse(operations.catalog.upsert, { idempotencyKey: newKey(), objects }),
  );
  const now = Date.now() * 1_000 - 3_600_000_000;
  for (const change of [receive, count, waste, transfer])
    await world.record(names.map((id, index) => change(id, now + index)));
  // Older than the counts: history.
  await world.record(names.slice(0, 50).map((id) => receive(id, now - 7_000_000)));
}

const adjust = (id: string, fromState: string, toState: string) => ({
  type: "ADJUSTMENT",
  catalogObjectId: id,
  locationId: world.main,
  fromState,
  toState,
  quantity: "3",
});
const receive = (id: string, at: number): ChangeInput =>
  ({ ...adjust(id, "NONE", "IN_STOCK"), occurredAt: formatTime(at) }) as ChangeInput;
const waste = (id: string, at: number): ChangeInput =>
  ({ ...adjust(id, "IN_STOCK", "WASTE"), occurredAt: formatTime(at + 2_000_000) }) as ChangeInput;
const count = (id: string, at: number): ChangeInput => ({
  type: "PHYSICAL_COUNT",
  catalogObjectId: id,
  locationId: world.main,
  state: "IN_STOCK",
  quantity: "2.5",
  occurredAt: formatTime(at + 1_000_000),
});
const transfer = (id: string, at: number): ChangeInput => ({
  type: "TRANSFER",
  catalogObjectId: id,
  state: "IN_STOCK",
  fromLocationId: world.main,
  toLocationId: second,
  quantity: "1",
  occurredAt: formatTime(at + 3_000_000),
});

interface Plan {
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Join Filter"?: number;
  readonly Plans?: readonly Plan[];
}

const rowsOf = (plan: Plan): number =>
  (plan["Actual Rows"] +
    (plan["Rows Removed by Filter"] ?? 0) +
    (plan["Rows Removed by Join Filter"] ?? 0)) *
    plan["Actual Loops"] +
  (plan.Plans ?? []).reduce((sum, each) => sum + rowsOf(each), 0);

/** Every row that any step of any statement of one `verify` handles. */
async function rowsOfVerify(): Promise<number> {
  const sent: { text: string; parameters: readonly string[] }[] = [];
  const asPrinted = (value: string) => value;
  const sql = postgres(world.url, {
    max: 1,
    connection: { TimeZone: "UTC" },
    types: { timestamptz: { to: 1184, from: [1184], serialize: asPrinted, parse: asPrinted } },
    debug: (_, text: string, parameters: string[]) => sent.push({ text, parameters }),
  });
  try {
    await verifyStored(sql, world.root.merchantId);
    const statements = [...sent];
    return await sql.begin(async (transaction) => {
      let rows = 0;
      for (const { text, parameters } of statements) {
        if (text.includes("set_config")) await transaction.unsafe(text, [...parameters]);
        if (!/^\s*(select|with)/.test(text) || text.includes("set_config")) continue;
        const explained = await transaction.unsafe<{ "QUERY PLAN": [{ Plan: Plan }] }[]>(
          `explain (analyze, timing off, format json) ${text}`,
          [...parameters],
        );
        rows += explained.reduce((sum, row) => sum + rowsOf(row["QUERY PLAN"][0].Plan), 0);
      }
      return rows;
    });
  } finally {
    await sql.end();
  }
}

const isSound = async () => (await overviewOf(world.sql, world.root.merchantId)).isSound;

test("L8: twice the ledger costs verify twice the rows, sound or not, without statistics", async () => {
  const damage = (set: string) =>
    world.sql.unsafe(`update bincard.counts set quantity = quantity ${set} 1
                      where catalog_object_id = '${ID(7)}'`);
  const measure = async () => {
    expect(await isSound()).toBe(true);
    const sound = await rowsOfVerify();
    await damage("+");
    expect(await isSound()).toBe(false);
    const unsound = await rowsOfVerify();
    await damage("-");
    return { sound, unsound };
  };
  await stock(0);
  const once = await measure();
  await stock(ITEMS);
  const twice = await measure();
  expect(once.sound).toBeGreaterThan(ITEMS * 4);
  expect(once.unsound).toBeGreaterThan(once.sound);
  expect(twice.sound / once.sound).toBeLessThan(2.5);
  expect(twice.unsound / once.unsound).toBeLessThan(2.5);
});

test("L8: a sound ledger is passed at a look, with physical counts, transfers and history", async () => {
  expect(await isSound()).toBe(true);
});

test("L8: what occurred at the very time of a physical count is settled by a closer look", async () => {
  const at = Date.now() * 1_000 - 60_000_000;
  await world.record([
    count(ID(1), at),
    { ...receive(ID(1), at), occurredAt: formatTime(at + 1_000_000) },
  ]);
  expect(await isSound()).toBe(false);
  const { findings } = await world.ledger.ledger.verify(world.root, {});
  expect(findings).toEqual([]);
});
