import { type ChangeInput, formatTime, operations, Refusal } from "@bincard/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLedger } from "../src/index.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

const DAY = 86_400_000_000;
let now = Date.now() * 1_000;
let world: World;
let item: string;
beforeAll(async () => {
  world = await openWorld({ clock: () => now });
  item = await world.variation("Once");
});
afterAll(() => world.close());

const receive = (quantity: string, over: Partial<ChangeInput> = {}): ChangeInput =>
  ({
    type: "ADJUSTMENT",
    catalogObjectId: item,
    locationId: world.main,
    fromState: "NONE",
    toState: "IN_STOCK",
    quantity,
    occurredAt: formatTime(now),
    ...over,
  }) as ChangeInput;

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Refusal) return error;
  throw new Error("it was not refused", { cause: error });
}

test("L6: same key, same body: the same changes again and the counts as they stand", async () => {
  const key = newKey();
  const change = receive("10");
  const first = await world.record([change], { key });
  await world.record([receive("5")]);
  const again = await world.record([change], { key });
  expect(again.changes).toEqual(first.changes);
  expect(again.position).toBe(first.position);
  expect([first.replayed, again.replayed]).toEqual([false, true]);
  expect(again.counts[0]?.quantity).toBe("15");
});

test("L6: the same body in other spelling is the same body", async () => {
  const key = newKey();
  const first = await world.record([receive("1.5")], { key });
  const again = await world.record([receive("+01.50000")], { key });
  expect(again.changes).toEqual(first.changes);
});

test("L6: same key, other body: refused, and nothing applied", async () => {
  const key = newKey();
  await world.record([receive("1")], { key });
  const before = await world.quantity(item);
  const refusal = await refusalOf(world.record([receive("2")], { key }));
  expect(refusal.failures).toMatchObject([
    { code: "IDEMPOTENCY_KEY_REUSED", path: ["idempotencyKey"] },
  ]);
  expect(await world.quantity(item)).toBe(before);
});

test("L6: concurrent duplicates have one effect, within a server and across two", async () => {
  const other = openLedger({ databaseUrl: world.url, clock: () => now });
  const counted = await world.variation("Duplicates");
  const key = newKey();
  const changes = [receive("1", { catalogObjectId: counted })];
  const input = parse(operations.changes.create, { idempotencyKey: key, changes });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      (index % 2 === 0 ? world.ledger : other).changes.create(world.root, input),
    ),
  );
  await other.close();
  expect(new Set(answers.map(({ changes: [change] }) => change?.id)).size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(await world.quantity(counted)).toBe("1");
});

test("L6: a refusal from stored state is the key's answer from then on", async () => {
  const key = newKey();
  const changes = [receive("1", { catalogObjectId: "comes-later" })];
  const refused = await refusalOf(world.record(changes, { key }));
  expect(refused.code).toBe("NOT_FOUND");
  const objects = [
    {
      type: "ITEM",
      id: "#item",
      name: "Later",
      variations: [{ id: "comes-later", name: "Later" }],
    },
  ];
  const made = { idempotencyKey: newKey(), objects };
  await world.ledger.catalog.upsert(world.root, parse(operations.catalog.upsert, made));
  const again = await refusalOf(world.record(changes, { key }));
  expect(again.failures).toEqual(refused.failures);
  expect((await world.record(changes)).counts[0]?.quantity).toBe("1");
});

test("L6: malformed requests are not kept: the key is free for a sound one", async () => {
  const key = newKey();
  const early = receive("1", { occurredAt: formatTime(now + DAY) });
  expect((await refusalOf(world.record([early], { key }))).code).toBe("INVALID_TIME");
  expect((await world.record([receive("1")], { key })).replayed).toBe(false);
});

test("L6: a retry is answered after the day is over and the object is gone", async () => {
  const gone = await world.variation("Gone");
  const key = newKey();
  const change = receive("3", { catalogObjectId: gone });
  const scopes = world.root.scopes.filter((scope) => scope !== "INVENTORY_BACKDATE");
  const as = { ...world.root, scopes };
  const first = await world.record([change], { key, as });
  await world.ledger.catalog.delete(world.root, { ids: [gone] });
  expect((await world.record([change], { key, as })).changes).toEqual(first.changes);
  now += 2 * DAY;
  expect((await world.record([change], { key, as })).changes).toEqual(first.changes);
  expect((await refusalOf(world.record([change], { as }))).code).toBe("INVALID_TIME");
});

test("L6: keys outlive the server, and belong to their merchant", async () => {
  const key = newKey();
  const change = receive("1");
  const first = await world.record([change], { key });
  const restarted = openLedger({ databaseUrl: world.url });
  const input = parse(operations.changes.create, { idempotencyKey: key, changes: [change] });
  const again = await restarted.changes.create(world.root, input);
  await restarted.close();
  expect(again.changes).toEqual(first.changes);
  const stranger = await world.stranger("Other");
  const theirs = await refusalOf(world.record([change], { key, as: stranger }));
  expect(theirs.code).toBe("NOT_FOUND");
});

test("L6: a batch whose counts were all ignored replays as it was", async () => {
  const counted = await world.variation("Ignored");
  const key = newKey();
  const change: ChangeInput = {
    type: "PHYSICAL_COUNT",
    catalogObjectId: counted,
    locationId: world.main,
    state: "IN_STOCK",
    quantity: "0",
    occurredAt: formatTime(now),
  };
  const first = await world.record([change], { key });
  expect(first.changes).toEqual([]);
  expect(first.counts).toMatchObject([{ catalogObjectId: counted, quantity: "0" }]);
  const again = await world.record([change], { key });
  expect(again).toEqual({ ...first, replayed: true });
  expect(await world.quantity(counted)).toBeUndefined();
});
