import { type Bincard, createBincard } from "@bincard/client";
import { operations, parseOrRefuse, type Scope } from "@bincard/contracts";
import { ensureRoot, makeToken, migrate, openLedger } from "@bincard/core";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import { createApp } from "@bincard/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DemoRefused, loadDemo } from "../src/index.ts";

const NOW = new Date("2026-11-22T07:41:12Z");

type World = Awaited<ReturnType<typeof openWorld>>;

async function openWorld() {
  const database = await testDatabase();
  await migrate(database.url);
  const token = makeToken();
  await ensureRoot(database.url, { token });
  const ledger = openLedger({ databaseUrl: database.url });
  const app = createApp({ ledger });
  const root = await ledger.authenticate(token);
  const as = (bearer: string) =>
    createBincard({
      url: "http://bincard.test",
      token: bearer,
      fetch: async (url, init) => app.fetch(new Request(url, init)),
    });
  return {
    client: as(token),
    /** A merchant of its own, with nothing in it. */
    async newMerchant(scopes: readonly Scope[] = root.scopes): Promise<Bincard> {
      const made = parseOrRefuse(operations.merchants.create.input, { name: "Another" });
      const { merchant } = await ledger.merchants.create(root, made);
      const asked = { merchantId: merchant.id, application: { name: "Demo" }, scopes: [...scopes] };
      const input = parseOrRefuse(operations.tokens.create.input, asked);
      return as((await ledger.tokens.create(root, input)).token);
    },
    async end() {
      await ledger.close();
      await database.drop();
    },
  };
}

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(async () => world.end());

const changesIn = async (client: Bincard) => (await client.ledger.verify({})).changes;

test("fills an empty ledger, and the ledger agrees with itself", async () => {
  const told: number[] = [];
  const loaded = await loadDemo(world.client, {
    now: NOW,
    onProgress: (done, batches) => told.push(done / batches),
  });
  expect(loaded).toMatchObject({ locations: 3, variations: 200, replayed: false });
  expect(told.at(-1)).toBe(1);
  const verified = await world.client.ledger.verify({});
  expect(verified).toMatchObject({ findings: [], changes: loaded.changes });
  const { locations } = await world.client.locations.list();
  expect(locations.map(({ name }) => name)).toEqual(["High Street", "Riverside", "Warehouse"]);
  const { changes } = await world.client.feed.read({ limit: 1 });
  expect(changes[0]?.referenceId).toBe("Demo 1 until 2026-11-22T07:00:00.000Z");
  const counts = [];
  for await (const count of world.client.counts.list.each({ states: ["IN_STOCK"] }))
    counts.push(Number(count.quantity));
  expect(counts.filter((quantity) => quantity < 0).length).toBeGreaterThan(0);
  expect(counts.filter((quantity) => quantity === 0).length).toBeGreaterThan(0);
});

test("L6: again, days later, it changes nothing", async () => {
  const before = await changesIn(world.client);
  const again = await loadDemo(world.client, { now: new Date("2026-12-24T12:00:00Z") });
  expect(again).toMatchObject({ replayed: true, changes: before });
  expect(await changesIn(world.client)).toBe(before);
});

test("after an interruption it goes on where it stopped", async () => {
  const client = await world.newMerchant();
  const leaving = new AbortController();
  const stopped = loadDemo(client, {
    now: NOW,
    signal: leaving.signal,
    onProgress: (done) => done === 3 && leaving.abort(),
  });
  await expect(stopped).rejects.toThrow(/aborted/);
  const partly = await changesIn(client);
  expect(partly).toBeGreaterThan(600);
  const loaded = await loadDemo(client, { now: new Date("2026-11-23T09:00:00Z") });
  expect(loaded).toMatchObject({ replayed: false, changes: await changesIn(client) });
  expect(loaded.changes).toBe(await changesIn(world.client));
});

test("a ledger with changes of its own is left alone", async () => {
  const client = await world.newMerchant();
  const { locations } = await client.locations.list();
  await client.catalog.upsert({
    objects: [{ type: "ITEM", id: "MINE", name: "Mine", variations: [{ id: "M1", name: "One" }] }],
  });
  await client.changes.create({
    changes: [
      {
        type: "PHYSICAL_COUNT",
        catalogObjectId: "M1",
        locationId: locations[0]?.id ?? "",
        state: "IN_STOCK",
        quantity: "1",
        occurredAt: new Date().toISOString(),
      },
    ],
  });
  const refused = await loadDemo(client, { now: NOW }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DemoRefused);
  expect(refused).toMatchObject({ code: "NOT_EMPTY" });
  const other = await loadDemo(world.client, { seed: 2 }).catch((error: unknown) => error);
  expect(other).toMatchObject({ code: "NOT_EMPTY", message: /demo of seed 1/ });
  expect(await changesIn(client)).toBe(1);
  expect((await client.locations.list()).locations).toHaveLength(1);
});

test("a token that may not do all of it does none of it", async () => {
  const client = await world.newMerchant(["INVENTORY_READ", "INVENTORY_WRITE", "ITEMS_WRITE"]);
  const refused = await loadDemo(client, { now: NOW }).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "SCOPES",
    scopes: ["INVENTORY_BACKDATE", "MERCHANT_PROFILE_READ", "MERCHANT_PROFILE_WRITE"],
  });
});
