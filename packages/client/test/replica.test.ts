import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bincard, type Fetch, isBincardError } from "@bincard/client";
import {
  createReplica,
  type FeedCount,
  type MemoryStore,
  memoryStore,
  ReplicaGap,
  ReplicaIncomplete,
  type ReplicaStore,
} from "@bincard/client/replica";
import { overPglite, overPostgresJs, postgresStore } from "@bincard/client/replica/postgres";
import { sqliteStore } from "@bincard/client/replica/sqlite";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import { PGlite } from "@electric-sql/pglite";
import Database from "libsql";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { makeShelf, openStage, received, type Shelf, type Stage } from "./stage.ts";

interface Kind {
  readonly name: string;
  /** A store of its own, and the same one opened a second time, as another process would. */
  open(): Promise<{ readonly store: ReplicaStore; again(): Promise<ReplicaStore> }>;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bincard-replica-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

let files = 0;
/** It takes seconds to start: the tests share one. */
let pglite: Promise<PGlite> | undefined;
afterAll(async () => (await pglite)?.close());
const KINDS: readonly Kind[] = [
  {
    name: "memory",
    async open() {
      const store = memoryStore();
      return { store, again: async () => store };
    },
  },
  {
    name: "SQLite",
    async open() {
      files += 1;
      const file = join(folder, `copy-${files}.sqlite`);
      return {
        store: sqliteStore(new Database(file)),
        again: async () => sqliteStore(new Database(file)),
      };
    },
  },
  {
    name: "PostgreSQL",
    async open() {
      const database = await testDatabase();
      const sql = postgres(database.url, { max: 2, onnotice: () => undefined });
      onTestFinished(async () => {
        await sql.end();
        await database.drop();
      });
      const store = () => postgresStore(overPostgresJs(sql), { schema: 'a "copy"' });
      return { store: store(), again: async () => store() };
    },
  },
  {
    name: "PGlite",
    async open() {
      files += 1;
      const schema = `copy_${files}`;
      const db = await (pglite ??= PGlite.create());
      const store = () => postgresStore(overPglite(db), { schema });
      return { store: store(), again: async () => store() };
    },
  },
];

const lineOf = ({
  catalogObjectId,
  locationId,
  state,
  quantity,
  calculatedAt,
}: {
  catalogObjectId: string;
  locationId: string;
  state: string;
  quantity: string;
  calculatedAt: string;
}) => `${catalogObjectId} ${locationId} ${state} ${quantity} ${calculatedAt}`;

async function linesOf(counts: AsyncIterable<Parameters<typeof lineOf>[0]>): Promise<string[]> {
  const lines: string[] = [];
  for await (const count of counts) lines.push(lineOf(count));
  return lines.toSorted();
}

const sold = (shelf: Shelf, quantity: string) => ({
  ...received(shelf, quantity),
  fromState: "IN_STOCK" as const,
  toState: "SOLD" as const,
});

async function stageWithShelf(): Promise<{ stage: Stage; bincard: Bincard; shelf: Shelf }> {
  const stage = await openStage();
  const bincard = stage.client();
  return { stage, bincard, shelf: await makeShelf(bincard) };
}

async function busyDay(bincard: Bincard, shelf: Shelf): Promise<void> {
  for (let n = 1; n <= 30; n += 1) {
    const waste = { ...sold(shelf, "0.25"), toState: "WASTE" as const };
    await bincard.changes.create({
      changes: [received(shelf, `${n}.125`), sold(shelf, "1"), waste],
    });
  }
}

describe.each(KINDS)("a copy in $name", ({ open }) => {
  test("equals the ledger, proves it, and goes on where it was", async () => {
    const { bincard, shelf } = await stageWithShelf();
    const { store, again } = await open();
    const replica = createReplica({ client: bincard, store, changes: true });
    expect(replica).toMatchObject({ position: 0, isExact: false });
    expect(await replica.sync()).toEqual({ position: 0, changes: 0, counts: 0 });
    await busyDay(bincard, shelf);
    expect(await replica.sync()).toEqual({ position: 90, changes: 90, counts: 0 });
    expect(replica.isExact).toBe(true);
    const ledger = await linesOf(bincard.counts.list.each({}));
    expect(await linesOf(replica.counts())).toEqual(ledger);

    await bincard.changes.create({ changes: [sold(shelf, "5.00001")] });
    const resumed = createReplica({ client: bincard, store: await again(), changes: true });
    const proof = await resumed.prove();
    expect(proof).toMatchObject({ position: 91, isEqual: true, copy: { counts: 2 } });
    expect(proof.copy).toEqual(proof.ledger);
    // The first one finds that somebody else has moved the copy on, and goes on from there.
    await bincard.changes.create({ changes: [sold(shelf, "1")] });
    await replica.sync();
    expect((await replica.prove()).isEqual).toBe(true);
    expect(await linesOf(replica.counts())).toEqual(await linesOf(bincard.counts.list.each({})));

    await replica.reset();
    expect(await linesOf(replica.counts())).toEqual([]);
    expect(await replica.sync()).toEqual({ position: 92, changes: 0, counts: 2 });
    expect((await replica.prove()).isEqual).toBe(true);
  });

  test("a page that does not fit goes in not at all", async () => {
    const { store } = await open();
    const place = { cursor: "c", position: 2, ahead: 2, since: 0, snapshot: "" };
    const count: FeedCount = {
      catalogObjectId: "TEA",
      catalogObjectType: "ITEM_VARIATION",
      locationId: "SHOP",
      state: "IN_STOCK",
      quantity: "3",
      calculatedAt: "2026-11-22T09:30:00Z",
      position: 2,
    };
    expect(await store.open()).toBe(undefined);
    const step = { from: 0, to: place, counts: [count], changes: [] };
    expect(await store.apply({ ...step, from: 1 })).toBe("elsewhere");
    expect(await linesOf(store.counts())).toEqual([]);
    expect(await store.apply(step)).toBe("applied");
    expect(await store.apply(step)).toBe("elsewhere");
    const older = { ...count, quantity: "9", position: 1 };
    const next = { from: 2, to: { ...place, position: 3 }, counts: [older], changes: [] };
    expect(await store.apply(next)).toBe("applied");
    expect(await linesOf(store.counts())).toEqual([lineOf(count)]);
    expect(await store.open()).toEqual({ ...place, position: 3 });
  });
});

/** More than a page of a snapshot holds, on so many shelves. */
const SHELVES = 2_400;

async function manyShelves(bincard: Bincard): Promise<Shelf[]> {
  const ids = Array.from({ length: SHELVES }, (_, n) => `V${n}`);
  const objects = Array.from({ length: Math.ceil(SHELVES / 200) }, (_, n) => {
    const variations = ids.slice(n * 200, n * 200 + 200).map((id) => ({ id, name: id }));
    return { type: "ITEM" as const, id: `I${n}`, name: `I${n}`, variations };
  });
  await bincard.catalog.upsert({ objects });
  const { location } = await bincard.locations.create({ name: "Stores" });
  const shelves = ids.map((catalogObjectId) => ({ catalogObjectId, locationId: location.id }));
  await receiveOn(bincard, shelves);
  return shelves;
}

async function receiveOn(bincard: Bincard, shelves: readonly Shelf[]): Promise<void> {
  for (let at = 0; at < shelves.length; at += 800)
    await bincard.changes.create({
      changes: shelves.slice(at, at + 800).map((shelf) => received(shelf, "1.5")),
    });
}

describe.each(KINDS)("a snapshot into $name", ({ open }) => {
  test("is cut off, goes on where it was, and is followed by the feed from its place", async () => {
    const { stage, bincard } = await stageWithShelf();
    const shelves = await manyShelves(bincard);
    const { store, again } = await open();
    const leaving = new AbortController();
    const asked: string[] = [];
    /** Somebody writes all the time; the copy's process ends after its second page. */
    const fetch: Fetch = async (url, init) => {
      asked.push(url.replace(/.*feed\./, ""));
      const response = await stage.fetch(url, init);
      if (url.endsWith("checksum")) return response;
      await receiveOn(bincard, shelves.slice(0, 3));
      await receiveOn(bincard, shelves.slice(-3));
      if (asked.length === 2) leaving.abort();
      return response;
    };
    const client = stage.client({ fetch });
    const cut = createReplica({ client, store, changes: true });
    const ended = await cut.sync({ signal: leaving.signal }).catch((error: unknown) => error);
    expect(isBincardError(ended, "ABORTED")).toBe(true);
    expect(cut).toMatchObject({ position: 0, isExact: false });

    const replica = createReplica({ client, store: await again(), changes: true });
    const { counts, changes, position } = await replica.sync();
    expect(asked).toEqual(["snapshot", "snapshot", "snapshot", "read"]);
    expect({ counts, changes }).toEqual({ counts: SHELVES - 2_000, changes: 18 });
    expect(position).toBe(SHELVES + 18);
    expect(await replica.prove()).toMatchObject({ isEqual: true });
    expect(await linesOf(replica.counts())).toEqual(
      await linesOf(bincard.counts.list.each({ limit: 1_000 })),
    );
    expect(await (await again()).open()).toMatchObject({ since: SHELVES, snapshot: "" });
  });

  test("is taken again by itself when the place of the copy is archived", async () => {
    const { stage, bincard, shelf } = await stageWithShelf();
    const { store, again } = await open();
    await busyDay(bincard, shelf);
    const replica = createReplica({ client: bincard, store, changes: true });
    await replica.sync();
    await busyDay(bincard, shelf);
    await archive(stage.databaseUrl, 150);
    expect(await replica.sync()).toEqual({ position: 180, changes: 0, counts: 2 });
    expect(await replica.prove()).toMatchObject({ position: 180, isEqual: true });
    expect(await (await again()).open()).toMatchObject({ position: 180, since: 180 });

    await bincard.changes.create({ changes: [sold(shelf, "1")] });
    await archive(stage.databaseUrl, 181);
    await bincard.changes.create({ changes: [sold(shelf, "1")] });
    const leaving = new AbortController();
    const following = (async () => {
      for await (const page of replica.follow({ signal: leaving.signal })) void page;
    })().catch((error: unknown) => error);
    await replica.waitFor(182);
    leaving.abort();
    expect(isBincardError(await following, "ABORTED")).toBe(true);
    expect(await replica.prove()).toMatchObject({ position: 182, isEqual: true });
  });
});

/** What is left when the changes up to a position are detached, dumped and dropped. */
async function archive(databaseUrl: string, upTo: number): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1 });
  await sql`delete from bincard.changes where position <= ${upTo}`;
  await sql.end();
}

/** Positions of the changes that a copy keeps, and from where on none is missing. */
async function keptIn(store: MemoryStore) {
  return {
    since: (await store.open())?.since,
    positions: store.changes.map((one) => one.position),
  };
}

describe("kept changes", () => {
  test("have no hole when a run in between does not say that it keeps them", async () => {
    const { bincard, shelf } = await stageWithShelf();
    const store = memoryStore();
    const sync = (changes?: boolean | "all") =>
      createReplica({ client: bincard, store, changes }).sync();
    const next = () => bincard.changes.create({ changes: [received(shelf, "1")] });
    await next();
    await sync("all");
    await next();
    await sync();
    await next();
    await sync("all");
    expect(await keptIn(store)).toEqual({ since: 0, positions: [1, 2, 3] });
    // One that says it keeps none leaves none that could be taken for whole.
    await next();
    await sync(false);
    expect(await keptIn(store)).toEqual({ since: -1, positions: [1, 2, 3] });
    await expect(sync("all")).rejects.toBeInstanceOf(ReplicaIncomplete);
    await sync(true);
    await next();
    await sync();
    expect(await keptIn(store)).toEqual({ since: 4, positions: [1, 2, 3, 5] });
  });

  test("cannot be all of them in a copy that began with a snapshot", async () => {
    const { bincard, shelf } = await stageWithShelf();
    await bincard.changes.create({ changes: [received(shelf, "1")] });
    const store = memoryStore();
    const after = createReplica({ client: bincard, store, changes: true });
    expect(await after.sync()).toMatchObject({ position: 1, counts: 1 });
    // The same copy, opened without a word at its snapshot, goes on keeping.
    await bincard.changes.create({ changes: [received(shelf, "1")] });
    await createReplica({ client: bincard, store }).sync();
    expect(await keptIn(store)).toEqual({ since: 1, positions: [2] });
    const all = createReplica({ client: bincard, store, changes: "all" });
    await expect(all.sync()).rejects.toBeInstanceOf(ReplicaIncomplete);
    await expect(all.prove()).rejects.toBeInstanceOf(ReplicaIncomplete);
    await expect(all.follow().next()).rejects.toBeInstanceOf(ReplicaIncomplete);
    await all.reset();
    await all.sync();
    expect(await keptIn(store)).toEqual({ since: 0, positions: [1, 2] });
  });
});

describe("a replica", () => {
  test("with all changes reads history, and says so where that is archived", async () => {
    const { stage, bincard, shelf } = await stageWithShelf();
    await busyDay(bincard, shelf);
    const store = memoryStore();
    const replica = createReplica({ client: bincard, store, changes: "all" });
    expect(await replica.sync()).toEqual({ position: 90, changes: 90, counts: 0 });
    expect(store.changes.map(({ position }) => position).at(0)).toBe(1);
    expect(await replica.prove()).toMatchObject({ isEqual: true });
    await busyDay(bincard, shelf);
    await archive(stage.databaseUrl, 150);
    const refused = await replica.sync().catch((error: unknown) => error);
    expect(isBincardError(refused, "INVALID_CURSOR")).toBe(true);
    expect(replica.position).toBe(90);
  });

  test("follows, proves itself while writers never pause, and can be waited for", async () => {
    const { bincard, shelf } = await stageWithShelf();
    const store = memoryStore();
    const replica = createReplica({ client: bincard, store });
    const leaving = new AbortController();
    let isWriting = true;
    const write = async () => {
      while (isWriting) await bincard.changes.create({ changes: [received(shelf, "1")] });
    };
    const writers = [write(), write()];
    const following = (async () => {
      for await (const page of replica.follow({ signal: leaving.signal })) void page;
    })().catch((error: unknown) => error);
    for (let n = 0; n < 10; n += 1) expect(await replica.prove()).toMatchObject({ isEqual: true });
    isWriting = false;
    await Promise.all(writers);
    const { position, counts } = await bincard.changes.create({ changes: [received(shelf, "7")] });
    await replica.waitFor(position);
    expect(store.count(shelf)).toMatchObject({ quantity: counts[0]?.quantity, position });
    expect(replica).toMatchObject({ position, isExact: true });
    leaving.abort();
    expect(isBincardError(await following, "ABORTED")).toBe(true);
  });

  test("says so when it is not equal", async () => {
    const { bincard, shelf } = await stageWithShelf();
    const database = new Database(join(folder, "wrong.sqlite"));
    const replica = createReplica({ client: bincard, store: sqliteStore(database) });
    await busyDay(bincard, shelf);
    await replica.sync();
    database.exec("update bincard_counts set quantity = '1' where state = 'WASTE'");
    expect(await replica.prove()).toMatchObject({ isEqual: false });
    await replica.reset();
    expect(await replica.prove()).toMatchObject({ isEqual: true });
  });

  test("finds a gap, and keeps what it had", async () => {
    const { stage, bincard, shelf } = await stageWithShelf();
    const store = memoryStore();
    await createReplica({ client: bincard, store }).sync();
    await busyDay(bincard, shelf);
    const losing: Fetch = async (url, init) => {
      const response = await stage.fetch(url, init);
      if (!url.endsWith("feed.read")) return response;
      const answer = JSON.parse(await response.text());
      answer.result.data.changes.splice(3, 1);
      return Response.json(answer);
    };
    const client = stage.client({ fetch: losing });
    const found = await createReplica({ client, store })
      .sync()
      .catch((error: unknown) => error);
    expect(found).toBeInstanceOf(ReplicaGap);
    expect(found).toMatchObject({ expected: 4 });
    expect(await linesOf(store.counts())).toEqual([]);
    expect((await createReplica({ client: bincard, store }).prove()).isEqual).toBe(true);
  });

  test("is one merchant's: another's token cannot go on with it", async () => {
    const { stage, bincard, shelf } = await stageWithShelf();
    await busyDay(bincard, shelf);
    const store = memoryStore();
    await createReplica({ client: bincard, store }).sync();
    const { merchant } = await bincard.merchants.create({ name: "Branch" });
    const { token } = await bincard.tokens.create({
      merchantId: merchant.id,
      application: { name: "Copy" },
      scopes: ["INVENTORY_READ"],
    });
    const other = createReplica({ client: stage.client({ token }), store });
    const refused = await other.sync().catch((error: unknown) => error);
    expect(isBincardError(refused, "INVALID_CURSOR")).toBe(true);
  });
});
