import { type ChangeInput, formatTime, operations, Refusal } from "@bincard/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenLedger, openLedger } from "../src/index.ts";
import { mode } from "./mode.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

let world: World;
let other: OpenLedger;
beforeAll(async () => {
  world = await openWorld();
  other = openLedger({ databaseUrl: world.url, ...mode.limits });
});
afterAll(async () => {
  await other.close();
  await world.close();
});

const move = (catalogObjectId: string, quantity: string, sale = false): ChangeInput => ({
  type: "ADJUSTMENT",
  catalogObjectId,
  locationId: world.main,
  fromState: sale ? "IN_STOCK" : "NONE",
  toState: sale ? "SOLD" : "IN_STOCK",
  quantity,
  occurredAt: formatTime(Date.now() * 1_000),
});

const create = (ledger: OpenLedger, changes: ChangeInput[]) => {
  const input = parse(operations.changes.create, { idempotencyKey: newKey(), changes });
  return ledger.changes.create(world.root, input);
};

test("L1 L7 L9: two servers, one merchant: exact counts, positions without gaps, nobody starves", async () => {
  const items = await Promise.all(["a", "b", "c"].map((name) => world.variation(name)));
  const expected = new Map(items.map((id) => [id, 0]));
  const positions: number[] = [];
  let received: { position: number; createdAt: string }[] = [];
  const client = async (ledger: OpenLedger, seed: number) => {
    for (let round = 0; round < 25; round++) {
      const id = items[(seed + round) % items.length] ?? "";
      const sale = (seed + round) % 4 === 0;
      const { changes } = await create(ledger, [move(id, "1", sale), move(id, "2", sale)]);
      expected.set(id, (expected.get(id) ?? 0) + (sale ? -3 : 3));
      positions.push(...changes.map(({ position }) => position));
      received = received.concat(changes);
    }
  };
  await Promise.all(
    Array.from({ length: 16 }, (_, seed) => client(seed % 2 === 0 ? world.ledger : other, seed)),
  );
  expect(positions.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 16 * 25 * 2 }, (_, index) => index + 1),
  );
  for (const [id, quantity] of expected) expect(await world.quantity(id)).toBe(String(quantity));
  const inOrder = received.toSorted((a, b) => a.position - b.position);
  const times = inOrder.map(({ createdAt }) => createdAt.slice(0, -1).padEnd(26, "0"));
  expect(times).toEqual(times.toSorted());
  const found = await world.ledger.ledger.verify(world.root, parse(operations.ledger.verify, {}));
  expect(found.findings).toEqual([]);
});

test("what one server deletes, the other counts no more", async () => {
  const id = await world.variation("Deleted elsewhere");
  await create(world.ledger, [move(id, "1")]);
  await create(other, [move(id, "1")]);
  await world.ledger.catalog.delete(world.root, { ids: [id] });
  const refused = await create(other, [move(id, "1")]).catch((reason: unknown) => reason);
  expect(refused instanceof Refusal && refused.code).toBe("NOT_FOUND");
});

test("what one server creates, the other counts at once, though it has refused it before", async () => {
  await expect(create(other, [move("made-later", "1")])).rejects.toMatchObject({
    failures: [{ code: "NOT_FOUND" }],
  });
  const objects = [
    { type: "ITEM", id: "#i", name: "Made", variations: [{ id: "made-later", name: "Made" }] },
  ];
  const input = parse(operations.catalog.upsert, { idempotencyKey: newKey(), objects });
  await world.ledger.catalog.upsert(world.root, input);
  expect((await create(other, [move("made-later", "1")])).counts[0]?.quantity).toBe("1");
});

test("a merchant whose fence others keep moving is written all the same", async () => {
  const id = await world.variation("Contended");
  let done = false;
  let moved = 0;
  const hinder = async () => {
    while (!done) {
      await world.sql`update bincard.merchants set catalog_version = catalog_version + 1`;
      moved++;
    }
  };
  const hindering = [hinder(), hinder()];
  let rounds = 0;
  for (; rounds < 20 || moved < 40; rounds++) await create(other, [move(id, "1")]);
  done = true;
  await Promise.all(hindering);
  expect(await world.quantity(id)).toBe(String(rounds));
});

const CUTS = 25;
/** Each cut is followed by new connections: on a busy machine it takes its time. */
const CUTS_TIME_MS = 120_000;

test(
  "L6 L7: connections cut in the middle: what is acknowledged is there, once",
  async () => {
    const id = await world.variation("Cut");
    let done = false;
    let cuts = 0;
    const cut = async () => {
      while (!done) {
        await new Promise((wake) => setTimeout(wake, 15));
        const killed = await world.sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'bincard' and state = 'active'`;
        cuts += killed.length;
      }
    };
    const cutting = cut();
    let acknowledged = 0;
    const client = async (ledger: OpenLedger) => {
      // Until enough of them met a statement on its way.
      while (cuts < CUTS) {
        const changes = [move(id, "1"), move(id, "1")];
        const input = parse(operations.changes.create, { idempotencyKey: newKey(), changes });
        // As a caller would: the same key until there is an answer.
        for (let answered = false; !answered;)
          answered = await ledger.changes.create(world.root, input).then(
            () => true,
            (reason: unknown) => {
              if (reason instanceof Refusal && reason.code === "UNAVAILABLE") return false;
              throw reason;
            },
          );
        acknowledged += 2;
      }
    };
    await Promise.all([world.ledger, other, world.ledger, other].map(client));
    done = true;
    await cutting;
    expect(acknowledged).toBeGreaterThan(0);
    expect(await world.quantity(id)).toBe(String(acknowledged));
    const found = await world.ledger.ledger.verify(world.root, parse(operations.ledger.verify, {}));
    expect(found.findings).toEqual([]);
  },
  CUTS_TIME_MS,
);
