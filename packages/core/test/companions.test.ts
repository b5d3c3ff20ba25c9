import { type ChangeInput, formatTime, operations, type Principal } from "@bincard/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GroupSent, type OpenLedger, openLedger } from "../src/index.ts";
import { DEAF } from "./deaf.ts";
import { failing } from "./failing.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

let world: World;
let ledger: OpenLedger;
let sent: GroupSent[];
beforeEach(async () => {
  world = await openWorld();
  sent = [];
  ledger = openLedger({
    databaseUrl: world.url,
    groupLimit: 100,
    telemetry: { ...DEAF, groupSent: (group) => void sent.push(group) },
  });
});
afterEach(async () => {
  await ledger.close();
  await world.close();
});

interface Shop {
  readonly merchantId: string;
  sell(changes: number): Promise<unknown>;
}

/** A merchant whose lane knows what it sells. */
async function openShop(name: string): Promise<Shop> {
  const owner: Principal = await world.stranger(name);
  const created = parse(operations.locations.create, { id: "SHOP", name });
  await ledger.locations.create(owner, created);
  const variations = [{ id: "BAG", name: "Bag" }];
  const objects = [{ type: "ITEM", id: "ITEM", name: "Item", variations }];
  const given = { idempotencyKey: newKey(), objects };
  await ledger.catalog.upsert(owner, parse(operations.catalog.upsert, given));
  const sale = (): ChangeInput => ({
    type: "ADJUSTMENT",
    catalogObjectId: "BAG",
    locationId: "SHOP",
    fromState: "IN_STOCK",
    toState: "SOLD",
    quantity: "1",
    occurredAt: formatTime(Date.now() * 1_000),
  });
  const sell = async (changes: number) => {
    const batch = Array.from({ length: changes }, sale);
    const input = { idempotencyKey: newKey(), changes: batch };
    return ledger.changes.create(owner, parse(operations.changes.create, input));
  };
  await sell(1);
  sent = [];
  return { merchantId: owner.merchantId, sell };
}

test("single sales of several merchants go together, and none with a large batch", async () => {
  const shops = await Promise.all(["Importer", "Till", "Other"].map(openShop));
  const asked = shops.map(({ sell }, at) => ({ sell, changes: at === 0 ? 70 : 1 }));
  for (const order of [asked, asked.toReversed()]) {
    sent = [];
    await Promise.all(order.map(async ({ sell, changes }) => sell(changes)));
    const told = sent.map(({ merchants, changes }) => ({ merchants, changes }));
    expect(told.toSorted((a, b) => a.changes - b.changes)).toEqual([
      { merchants: 2, changes: 2 },
      { merchants: 1, changes: 70 },
    ]);
  }
});

test("however many large batches are held up, a single sale is not", async () => {
  const importers = await Promise.all(["A", "B", "C", "D", "E"].map(openShop));
  const till = await openShop("Till");
  const ids = importers.map(({ merchantId }) => merchantId);
  let importing: Promise<unknown> | undefined;
  await world.sql.begin(async (held) => {
    await held`select from bincard.merchants where id in ${held(ids)} for update`;
    importing = Promise.all(importers.map(async ({ sell }) => sell(100)));
    // Until as many as may are on their way.
    while (sent.length < 3) await new Promise((wake) => setTimeout(wake, 5));
    await till.sell(1);
    expect(sent.filter(({ changes }) => changes > 1)).toHaveLength(3);
  });
  await importing;
});

test("a merchant whose row is held up holds up no other whose sale travels with its own", async () => {
  const shops = await Promise.all(["Held", "Free", "Next", "Last"].map(openShop));
  const held = shops[0]?.merchantId ?? "";
  let selling: Promise<unknown>[] = [];
  const first = await world.sql.begin(async (lock) => {
    await lock`select from bincard.merchants where id = ${held} for update`;
    sent = [];
    selling = shops.map(async ({ sell }) => sell(1));
    const others = Promise.all(selling.slice(1)).then(() => "sold");
    const late = new Promise((wake) => setTimeout(wake, 5_000, "held up"));
    return Promise.race([others, late]);
  });
  // Two of them in each of two statements.
  expect(sent[0]?.merchants).toBe(2);
  expect(first).toBe("sold");
  await Promise.all(selling);
});

test("L11: what a statement fails with for one merchant is no answer to another's request in it", async () => {
  const shops = await Promise.all(["Bad", "Good", "Next", "Last"].map(openShop));
  await failing(world.sql, shops[0]?.merchantId ?? "", "23514");
  sent = [];
  const outcomes = await Promise.allSettled(shops.map(async ({ sell }) => sell(1)));
  expect(sent[0]?.merchants).toBe(2);
  const fulfilled = "fulfilled";
  expect(outcomes.map(({ status }) => status)).toEqual([
    "rejected",
    fulfilled,
    fulfilled,
    fulfilled,
  ]);
});
