import { type ChangeInput, formatTime, operations } from "@bincard/contracts";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureRoot, makeToken, migrate } from "../src/index.ts";
import { everyOperation, subscribed, type Things } from "./every-operation.ts";
import { makeHostile, refusedSoFar, refuseNext } from "./hostile.ts";
import { mode } from "./mode.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

/** What a database undoes for another's sake goes in at the next try; what it never lets in is UNAVAILABLE. */

let world: World;
let things: Things;
let item: string;
beforeAll(async () => {
  world = await openWorld();
  if (mode.hostility === undefined) await makeHostile(world.sql, { oneIn: 0, seed: 1 });
  const catalogObjectId = await world.variation("Thing");
  const got = parse(operations.catalog.get, { id: catalogObjectId });
  const { object } = await world.ledger.catalog.get(world.root, got);
  item = object.type === "ITEM_VARIATION" ? object.itemId : "";
  const locationId = await world.location("Place");
  const { changes } = await world.record([receive({ catalogObjectId, locationId })]);
  const asked = { application: { name: "POS" }, scopes: ["INVENTORY_READ"] };
  const input = parse(operations.tokens.create, asked);
  const { info } = await world.ledger.tokens.create(world.root, input);
  const changeId = changes[0]?.id ?? "";
  const webhook = await subscribed(world.ledger, world.root);
  things = { catalogObjectId, locationId, changeId, tokenId: info.id, ...webhook };
});
afterAll(() => world.close());

function receive(at: Pick<Things, "catalogObjectId" | "locationId">): ChangeInput {
  const { catalogObjectId, locationId } = at;
  return {
    type: "ADJUSTMENT",
    catalogObjectId,
    locationId,
    fromState: "NONE",
    toState: "IN_STOCK",
    quantity: "1",
    occurredAt: formatTime(Date.now() * 1_000),
  };
}

/** For good. */
const LAST = ["tokens.revoke", "webhooks.delete", "catalog.delete"];
/** But `webhooks.test`, which sends and writes nothing. */
const writing = Object.entries(operations).flatMap(([room, verbs]) =>
  Object.entries(verbs)
    .filter(([, { kind }]) => kind === "mutation")
    .map(([verb]) => `${room}.${verb}`)
    .filter((name) => !LAST.includes(name) && name !== "webhooks.test"),
);

function ask(name: string): Promise<unknown> {
  for (const [room, verbs] of Object.entries(everyOperation(world.ledger)))
    for (const [verb, asked] of Object.entries(verbs))
      if (`${room}.${verb}` === name)
        // A new variation goes into the item.
        return asked(
          world.root,
          name === "catalog.upsert" ? { ...things, catalogObjectId: item } : things,
        );
  throw new Error(`${name} is not asked`);
}

test.each(writing)("%s is tried again when it is undone", async (name) => {
  const before = await refusedSoFar(world.sql);
  await refuseNext(world.sql, 2);
  await ask(name);
  expect((await refusedSoFar(world.sql)) - before).toBeGreaterThanOrEqual(2);
});

test("the writes of a catalog undone and tried again are there once", async () => {
  const id = `made-${newKey()}`;
  const objects = [{ type: "ITEM", id, name: "Once", variations: [{ id: `${id}-v`, name: "V" }] }];
  const input = parse(operations.catalog.upsert, { idempotencyKey: newKey(), objects });
  await refuseNext(world.sql, 3);
  const { objects: made, replayed } = await world.ledger.catalog.upsert(world.root, input);
  expect(replayed).toBe(false);
  expect(made).toMatchObject([{ id, version: 1, variations: [{ version: 1 }] }]);
});

test("L6: changes undone and tried again are there once", async () => {
  const catalogObjectId = await world.variation("Counted");
  const at = { catalogObjectId, locationId: world.main };
  await refuseNext(world.sql, 2);
  await Promise.all([1, 2, 3, 4].map(() => world.record([receive(at)])));
  expect(await world.quantity(catalogObjectId)).toBe("4");
});

test("a database that undoes everything is unavailable, after a bounded number of tries", async () => {
  const before = await refusedSoFar(world.sql);
  await refuseNext(world.sql, 1_000_000);
  for (const name of [...writing, ...LAST])
    await expect(ask(name)).rejects.toMatchObject({ failures: [{ code: "UNAVAILABLE" }] });
  await refuseNext(world.sql, 0);
  const tries = (await refusedSoFar(world.sql)) - before;
  expect(tries).toBeGreaterThan(2 * writing.length);
  expect(tries).toBeLessThan(10 * (writing.length + LAST.length));
  await ask("changes.create");
});

test.each(LAST)("%s is tried again as well", async (name) => {
  const before = await refusedSoFar(world.sql);
  await refuseNext(world.sql, 2);
  await ask(name);
  expect((await refusedSoFar(world.sql)) - before).toBeGreaterThanOrEqual(2);
});

test("a database refuses by itself in the mode that says so, and in no other", async () => {
  const before = await refusedSoFar(world.sql);
  const at = { catalogObjectId: await world.variation("Refused"), locationId: world.main };
  for (let round = 0; round < 60; round++) await world.record([receive(at)]);
  const refused = (await refusedSoFar(world.sql)) - before;
  expect(refused > 0).toBe(mode.hostility !== undefined);
  expect(await world.quantity(at.catalogObjectId)).toBe("60");
});

test("the first merchant is made through it as well", async () => {
  const database = await testDatabase();
  await migrate(database.url);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  await makeHostile(sql, { oneIn: 0, seed: 1 });
  await refuseNext(sql, 3);
  expect(await ensureRoot(database.url, { token: makeToken() })).toMatchObject({ created: true });
  expect(await refusedSoFar(sql)).toBe(3);
  await sql.end();
  await database.drop();
});
