import { type ChangeInput, formatTime, operations } from "@bincard/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWorld, parse, type World } from "./world.ts";

let world: World;
let item: string;
let key: { catalogObjectId: string; locationId: string; state: string };
beforeEach(async () => {
  world = await openWorld();
  item = await world.variation("Verified");
  key = { catalogObjectId: item, locationId: world.main, state: "IN_STOCK" };
  const start = Date.now() * 1_000 - 60_000_000;
  const base = { catalogObjectId: item, locationId: world.main };
  const at = (index: number) => formatTime(start + index * 1_000_000);
  const changes: ChangeInput[] = [
    {
      type: "ADJUSTMENT",
      ...base,
      fromState: "NONE",
      toState: "IN_STOCK",
      quantity: "10",
      occurredAt: at(0),
    },
    { type: "PHYSICAL_COUNT", ...base, state: "IN_STOCK", quantity: "8", occurredAt: at(1) },
    {
      type: "ADJUSTMENT",
      ...base,
      fromState: "IN_STOCK",
      toState: "WASTE",
      quantity: "1",
      occurredAt: at(2),
    },
    {
      type: "ADJUSTMENT",
      ...base,
      fromState: "IN_STOCK",
      toState: "SOLD",
      quantity: "2",
      occurredAt: at(3),
    },
  ];
  for (const change of changes) await world.record([change]);
});
afterEach(() => world.close());

const findings = async () =>
  (await world.ledger.ledger.verify(world.root, parse(operations.ledger.verify, {}))).findings;

test("L8: a sound ledger has no findings", async () => {
  expect(await findings()).toEqual([]);
});

test("L8: a count changed by hand is named, with what it should be", async () => {
  await world.sql`update bincard.counts set quantity = 6 where state = 'IN_STOCK'`;
  expect(await findings()).toEqual([
    { kind: "COUNT_DIFFERS", ...key, field: "quantity", stored: "6", expected: "5" },
  ]);
});

test("L8: a missing and an unexplained count are named", async () => {
  await world.sql`update bincard.counts set state = 'CUSTOM' where state = 'IN_STOCK'`;
  expect(await findings()).toEqual([
    { kind: "COUNT_UNEXPLAINED", ...key, state: "CUSTOM", stored: "5" },
    { kind: "COUNT_MISSING", ...key, expected: "5" },
  ]);
});

test("L8: a change altered by hand is named by the counts it gives", async () => {
  await world.sql`update bincard.changes set quantity = 3 where position = 3`;
  expect(await findings()).toMatchObject([
    { kind: "COUNT_DIFFERS", ...key, stored: "5", expected: "3" },
    { kind: "COUNT_DIFFERS", ...key, state: "WASTE", stored: "1", expected: "3" },
  ]);
});

test("L8: a dropped change is named by its position, the last one too", async () => {
  await world.sql`delete from bincard.changes where position in (1, 4)`;
  const found = await findings();
  expect(found).toContainEqual({ kind: "CHANGE_MISSING", position: 1 });
  expect(found).toContainEqual({ kind: "CHANGE_MISSING", position: 4 });
});

test("L8: a change slipped in, a swapped receipt and a forbidden transition are named", async () => {
  await world.sql`
    insert into bincard.changes
    select (jsonb_populate_record(c, '{"position": 5}')).* from bincard.changes c where position = 4`;
  await world.sql`update bincard.changes set created_at = created_at + interval '1 hour' where position = 2`;
  await world.sql`update bincard.changes set from_state = 'SOLD', to_state = 'IN_STOCK' where position = 4`;
  const found = await findings();
  expect(found).toContainEqual({ kind: "CHANGE_UNEXPLAINED", position: 5 });
  expect(found).toContainEqual({ kind: "RECEIPT_OUT_OF_ORDER", position: 3 });
  expect(found).toContainEqual({
    kind: "CHANGE_MALFORMED",
    position: 4,
    reason: "the transition is not permitted",
  });
});

test("L8: findings are counted as they are listed, several of one row too", async () => {
  await world.sql`
    update bincard.counts set quantity = 6, last_at = last_at + interval '1 second', band = band + 1
    where state = 'IN_STOCK'`;
  const given = parse(operations.ledger.verify, {});
  const found = await world.ledger.ledger.verify(world.root, given);
  expect(found.findings.map((finding) => ("field" in finding ? finding.field : ""))).toEqual([
    "quantity",
    "lastAt",
    "band",
  ]);
  expect(found.findingCount).toBe(3);
});

test("L6 L8: a key that is gone, and one that claims too much, are named", async () => {
  const [first] = await world.sql<{ key: string }[]>`
    select key from bincard.idempotency_keys where position = 1 and change_count = 1`;
  await world.sql`delete from bincard.idempotency_keys where position = 4`;
  await world.sql`update bincard.idempotency_keys set position = 2, change_count = 2 where position = 1`;
  expect(await findings()).toEqual([
    { kind: "KEY_UNEXPLAINED", position: 1, last: 2, idempotencyKey: first?.key },
    { kind: "KEY_MISSING", position: 1, last: 1 },
    { kind: "KEY_MISSING", position: 4, last: 4 },
    {
      kind: "MERCHANT_DIFFERS",
      field: "receivedAt",
      stored: expect.any(String),
      expected: expect.any(String),
    },
  ]);
});

test("L8: what counts name and is not there is named", async () => {
  await world.sql`delete from bincard.catalog_objects where id = ${item}`;
  await world.sql`update bincard.locations set status = 'ACTIVF' where id = ${world.main}`;
  expect(await findings()).toEqual([
    {
      kind: "ROW_MALFORMED",
      table: "locations",
      id: world.main,
      reason: "there is no such status",
    },
    {
      kind: "ROW_MISSING",
      table: "catalogObjects",
      id: item,
      reason: "there are counts of this variation",
    },
  ]);
});
