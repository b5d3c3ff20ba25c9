import { type ChangeInput, formatTime, operations, type Principal } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenLedger, openLedger } from "../src/index.ts";
import { changeIdOf } from "../src/rules/change-id.ts";
import { recipe } from "./recipe.ts";
import { refusalOf } from "./refusal-of.ts";
import { newKey, openWorld, parse, type World } from "./world.ts";

/**
 * The recipes of `docs/scaling.md`, as they stand there: changes in ranges of positions, an old range detached
 * and attached again. The tests follow one ledger through all of it, in order.
 */
const SIZE = 40;
const HOUR = 3_600_000_000;

let world: World;
let item: string;
let said: (name: string) => string;
const times = { start: Date.now() * 1_000 - 100 * HOUR };
beforeAll(async () => {
  world = await openWorld();
  item = await world.variation("Partitioned");
  said = await recipe(SIZE);
});
afterAll(() => world.close());

const run = async (name: string) => {
  // One by one: some of them refuse to be in a transaction.
  const statements = name === "partition" ? [said(name)] : said(name).split(/;\n/);
  let rows: readonly Record<string, unknown>[] = [];
  for (const statement of statements.filter((text) => text.trim() !== ""))
    rows = await world.sql.unsafe<Record<string, unknown>[]>(statement);
  return rows;
};

const move = (occurredAt: number, over: Partial<ChangeInput> = {}): ChangeInput =>
  ({
    type: "ADJUSTMENT",
    catalogObjectId: item,
    locationId: world.main,
    fromState: "NONE",
    toState: "IN_STOCK",
    quantity: "1",
    occurredAt: formatTime(occurredAt),
    ...over,
  }) as ChangeInput;

const count = (occurredAt: number, quantity: string): ChangeInput => ({
  type: "PHYSICAL_COUNT",
  catalogObjectId: item,
  locationId: world.main,
  state: "IN_STOCK",
  quantity,
  occurredAt: formatTime(occurredAt),
});

const positions = async () => {
  const asked = parse(operations.changes.list, { limit: 1_000 });
  const { changes } = await world.ledger.changes.list(world.root, asked);
  return changes.map(({ position }) => position);
};
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const findings = async () =>
  (await world.ledger.ledger.verify(world.root, parse(operations.ledger.verify, {}))).findings;

/** How many changes each range holds. */
const held = async () => {
  const rows = await world.sql<{ part: string; held: string }[]>`
    select p.relname as part, count(*) as held
    from bincard.changes c join pg_class p on p.oid = c.tableoid group by 1 order by 1`;
  return Object.fromEntries(rows.map(({ part, held: of }) => [part, Number(of)]));
};

const oldKey = newKey();
const crossingKey = newKey();

describe("partitioned while it is in use", () => {
  test("what is there becomes the first range", async () => {
    const { start } = times;
    await world.record(
      upTo(10).map((index) => move(start + index)),
      { key: oldKey },
    );
    const writing = Array.from({ length: 15 }, (_, index) => world.record([move(start + index)]));
    await run("bound");
    await run("partition");
    await Promise.all(writing);
    expect(await positions()).toHaveLength(25);
    expect(await held()).toEqual({ changes_1: 25 });
    expect(await findings()).toEqual([]);
  });

  test("the whole has the keys, indexes, checks and grants that it had", async () => {
    const plain = await openWorld();
    const described = async ({ sql }: World) => ({
      indexes: await sql`
        select i.relname as name, x.indisunique, x.indisprimary,
               regexp_replace(pg_get_indexdef(i.oid), ' ON (ONLY )?', ' ON ') as definition
        from pg_index x join pg_class i on i.oid = x.indexrelid
        where x.indrelid = 'bincard.changes'::regclass order by 1`,
      checks: await sql`
        select conname, pg_get_constraintdef(oid) as definition from pg_constraint
        where conrelid = 'bincard.changes'::regclass and contype = 'c' order by 1`,
      columns: await sql`
        select attname, atttypid::regtype::text, attnotnull, attcollation from pg_attribute
        where attrelid = 'bincard.changes'::regclass and attnum > 0 order by 1`,
      table: await sql`
        select relrowsecurity, relforcerowsecurity, relacl::text from pg_class
        where oid = 'bincard.changes'::regclass`,
      policies: await sql`
        select policyname, permissive, roles::text, cmd, qual, with_check from pg_policies
        where schemaname = 'bincard' and tablename = 'changes' order by 1`,
    });
    const [partitioned, before] = [await described(world), await described(plain)];
    await plain.close();
    expect(partitioned).toEqual(before);
  });

  test("a write past the last range is not in, and goes in under its key once there is one", async () => {
    expect(await run("ahead")).toMatchObject([{ left: String(2 * SIZE - 25) }]);
    const key = crossingKey;
    const changes = upTo(20).map((index) => move(times.start + HOUR + index));
    await expect(world.record(changes, { key })).rejects.toMatchObject({ code: "23514" });
    expect(await positions()).toHaveLength(25);
    await run("range");
    const written = await world.record(changes, { key });
    expect(written).toMatchObject({ position: 45, replayed: false });
    expect(await held()).toEqual({ changes_1: 39, changes_2: 6 });
    expect(await world.quantity(item)).toBe("45");
    expect(await findings()).toEqual([]);
  });

  test("a batch that crosses into the next range is one, and counts look back over both", async () => {
    expect(await positions()).toEqual(expect.arrayContaining(upTo(45)));
    const { start } = times;
    const late = await world.record([count(start + HOUR + 10, "20")]);
    expect(late).toMatchObject({ position: 46, counts: [{ quantity: "30" }] });
    expect(await findings()).toEqual([]);
  });
});

describe("an old range detached", () => {
  /** Of a merchant that has not got past the range. */
  let small: Principal;
  let before: unknown;
  const lateKey = newKey();
  const counts = async () => {
    const { counts: all } = await world.ledger.counts.list(
      world.root,
      parse(operations.counts.list, {}),
    );
    return all;
  };
  const list = async (given: object) => {
    const page = await world.ledger.changes.list(world.root, parse(operations.changes.list, given));
    return page.changes.map(({ position }) => position);
  };
  const lateCount = () => count(times.start + HOUR / 2, "7");

  beforeAll(async () => {
    small = await world.stranger("Small");
    const objects = [{ type: "ITEM", id: "I", name: "I", variations: [{ id: "V", name: "V" }] }];
    const upsert = parse(operations.catalog.upsert, { idempotencyKey: newKey(), objects });
    await world.ledger.catalog.upsert(small, upsert);
    const made = parse(operations.locations.create, { id: "L", name: "L" });
    await world.ledger.locations.create(small, made);
    await world.record([move(times.start, { catalogObjectId: "V", locationId: "L" })], {
      as: small,
    });
    before = await counts();
  });

  test("the recipes name whose history would go, and how old it is", async () => {
    expect(await run("within")).toEqual([{ id: small.merchantId, position: "1" }]);
    const moves = upTo(SIZE).map((index) =>
      move(times.start + index, { catalogObjectId: "V", locationId: "L" }),
    );
    await world.record(moves, { as: small });
    expect(await run("within")).toEqual([]);
    // All of it was received within this second; the range had to be old.
    const { sql } = world;
    await sql`update bincard.changes set created_at = created_at - interval '60 hours'`;
    await sql`update bincard.idempotency_keys set received_at = received_at - interval '60 hours'`;
    await sql`update bincard.counts set calculated_at = calculated_at - interval '60 hours'`;
    const [newest] = await run("newest");
    const ago = Date.now() - new Date(String(newest?.["received_at"])).getTime();
    expect(Math.round(ago / 3_600_000)).toBe(60);
  });

  test("writes and reads go on while it is detached", async () => {
    const writing = upTo(4).map(() => world.record([move(Date.now() * 1_000)]));
    const [, listed] = await Promise.all([run("detach"), counts()]);
    expect(listed.length).toBeGreaterThan(0);
    await Promise.all(writing);
    expect(await held()).toMatchObject({ changes_2: 50 - SIZE + 1 + 2 });
    expect(await world.sql`select from bincard.changes_1`).toHaveLength(2 * (SIZE - 1));
  });

  test("L1: counts stand; what is new, and what is late, is counted as ever", async () => {
    expect(before).toMatchObject([{ quantity: "30" }]);
    expect(await world.quantity(item)).toBe("34");
    const now = Date.now() * 1_000;
    await world.record([move(now - HOUR)]);
    // Older than the governing count: history alone, however old.
    await world.record([move(times.start + HOUR / 2)]);
    expect(await world.quantity(item)).toBe("35");
    const counted = await world.record([count(now - 2 * HOUR, "10")]);
    expect(counted.counts).toMatchObject([{ quantity: "15" }]);
    expect((await world.record([count(Date.now() * 1_000, "3")])).counts).toMatchObject([
      { quantity: "3" },
    ]);
  });

  test("a count that would look back into it is refused, and its key stays free", async () => {
    const sent = () => world.record([move(Date.now() * 1_000), lateCount()], { key: lateKey });
    const refusal = await refusalOf(sent);
    expect(refusal.failures).toMatchObject([
      { code: "INVALID_TIME", path: ["changes", 1, "occurredAt"] },
    ]);
    expect(refusal.failures[0].message).toMatch(/archived; counts may look back to 20/);
    const neighbours = await Promise.allSettled([sent(), world.record([move(Date.now() * 1_000)])]);
    expect(neighbours.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(await world.quantity(item)).toBe("4");
  });

  test("L6: a key whose changes are archived is not applied again, and says so", async () => {
    const again = upTo(10).map((index) => move(times.start + index));
    const refusal = await refusalOf(() => world.record(again, { key: oldKey }));
    expect(refusal.failures).toMatchObject([{ code: "NOT_FOUND", path: ["idempotencyKey"] }]);
    // Half of this one's changes are still here.
    const crossing = upTo(20).map((index) => move(times.start + HOUR + index));
    expect((await refusalOf(() => world.record(crossing, { key: crossingKey }))).code).toBe(
      "NOT_FOUND",
    );
    expect(await world.quantity(item)).toBe("4");
  });

  test("lists and the feed have what is left of history, and never skip in silence", async () => {
    const { position } = await world.record([move(Date.now() * 1_000)]);
    const left = upTo(position, SIZE);
    const sorted = async (given: object) => (await list(given)).toSorted((a, b) => a - b);
    expect(await sorted({ limit: 1_000 })).toEqual(left);
    const since = formatTime(Date.now() * 1_000 - 70 * HOUR);
    expect(await sorted({ limit: 1_000, updatedAfter: since })).toEqual(left);
    expect(await sorted({ limit: 1_000, updatedBefore: since })).toEqual([]);
    const read = (given: object) =>
      world.ledger.feed.read(world.root, parse(operations.feed.read, given));
    const refusal = await refusalOf(() => read({}));
    const missing = { kind: "change", id: changeIdOf(world.root.merchantId, 1) };
    expect(refusal.failures).toMatchObject([
      { code: "INVALID_CURSOR", path: ["after"], subject: missing },
    ]);
    const { snapshot } = operations.feed;
    const taken = await world.ledger.feed.snapshot(world.root, parse(snapshot, {}));
    expect(taken).toMatchObject({ place: { position }, counts: [{ quantity: "5" }] });
    expect(await read({ after: taken.place.cursor })).toMatchObject({ changes: [], more: false });
    const asked = parse(operations.feed.locate, { receivedBy: since });
    const { cursor } = await world.ledger.feed.locate(world.root, asked);
    const page = await read({ after: cursor, limit: 1_000 });
    expect(page.changes.map((change) => change.position)).toEqual(left);
  });

  test("one of its changes is not found, the others are", async () => {
    const get = (position: number) => {
      const id = changeIdOf(world.root.merchantId, position);
      return world.ledger.changes.get(world.root, parse(operations.changes.get, { id }));
    };
    expect((await get(SIZE)).change.position).toBe(SIZE);
    expect((await refusalOf(() => get(SIZE - 1))).code).toBe("NOT_FOUND");
  });

  test("verify names the range as missing", async () => {
    const found = await findings();
    expect(found).toContainEqual({ kind: "CHANGE_MISSING", position: 1 });
    expect(found).toContainEqual({ kind: "CHANGE_MISSING", position: SIZE - 1 });
    expect(found).not.toContainEqual({ kind: "CHANGE_MISSING", position: SIZE });
  });

  test("a server that had not heard of what was archived since counts right", async () => {
    const asleep = openLedger({ databaseUrl: world.url });
    const other = await world.variation("Other");
    const one = () => move(Date.now() * 1_000, { catalogObjectId: other });
    const create = (ledger: OpenLedger) => {
      const given = { idempotencyKey: newKey(), changes: [one()] };
      return ledger.changes.create(world.root, parse(operations.changes.create, given));
    };
    await create(asleep);
    const { position } = await create(world.ledger);
    await world.record([move(Date.now() * 1_000)]);
    await world.sql`create table public.archived as
      select * from bincard.changes where position = ${position}`;
    await world.sql`delete from bincard.changes where position = ${position}`;
    expect((await create(asleep)).counts).toMatchObject([{ quantity: "3" }]);
    await asleep.close();
    await world.sql`insert into bincard.changes select * from public.archived`;
  });

  test("attached again it is history as before", async () => {
    const quantity = Number(await world.quantity(item));
    await run("attach");
    expect(await findings()).toEqual([]);
    const all = await positions();
    expect(all.toSorted((a, b) => a - b)).toEqual(upTo(all.length));
    const old = upTo(10).map((index) => move(times.start + index));
    const again = await world.record(old, { key: oldKey });
    expect(again).toMatchObject({ replayed: true, position: 10 });
    expect(again.changes.map(({ position }) => position)).toEqual(upTo(10));
    const changes = [move(Date.now() * 1_000), lateCount()];
    expect(await world.record(changes, { key: lateKey })).toMatchObject({ replayed: false });
    expect(await world.quantity(item)).toBe(String(quantity + 1));
    const page = await world.ledger.feed.read(
      world.root,
      parse(operations.feed.read, { limit: 1_000 }),
    );
    expect(page.changes.map(({ position }) => position)).toEqual(upTo(all.length + 2));
    expect(await findings()).toEqual([]);
  });
});
