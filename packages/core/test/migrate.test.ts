import { randomBytes } from "node:crypto";
import { operations } from "@bincard/contracts";
import { type TestDatabase, testDatabase } from "@bincard/embedded-postgres/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DatabaseTooNew, ensureRoot, makeToken, migrate } from "../src/index.ts";
import { openWorld, parse } from "./world.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test("four servers that start at once on a fresh database all migrate it", async () => {
  await Promise.all([1, 2, 3, 4].map(() => migrate(database.url)));
  const applied = await database.run("select created_at from bincard.migrations order by id");
  expect(applied.length).toBeGreaterThan(0);
  expect(new Set(applied.map((row) => String(row["created_at"]))).size).toBe(applied.length);
  await migrate(database.url);
  const again = await database.run("select created_at from bincard.migrations order by id");
  expect(again).toEqual(applied);
});

test("a database that a newer version has migrated is refused, and left as it is", async () => {
  const newer = await testDatabase();
  await migrate(newer.url);
  await newer.run(`
    insert into bincard.migrations (hash, created_at)
    select 'later', max(created_at) + 1 from bincard.migrations`);
  const before = await newer.run("select * from bincard.migrations order by id");
  await expect(migrate(newer.url)).rejects.toThrow(DatabaseTooNew);
  await expect(migrate(newer.url)).rejects.toThrow(/newer version of Bincard/);
  expect(await newer.run("select * from bincard.migrations order by id")).toEqual(before);
  await newer.drop();
});

test("migrating again keeps what is stored", async () => {
  const world = await openWorld();
  const id = await world.variation("Kept");
  await migrate(world.url);
  const input = parse(operations.catalog.get, { id });
  const { object } = await world.ledger.catalog.get(world.root, input);
  expect(object).toMatchObject({ id, name: "Kept" });
  await world.close();
});

test("a database whose name wants escapes in a URL is the one that is meant", async () => {
  const name = `stock 50% ${randomBytes(4).toString("hex")}`;
  await database.run(`create database "${name}" template template0 encoding 'UTF8'`);
  try {
    const url = new URL(database.url);
    url.pathname = `/${encodeURIComponent(name)}`;
    await migrate(url.href);
    expect(await ensureRoot(url.href, { token: makeToken() })).toMatchObject({ created: true });
  } finally {
    await database.run(`drop database "${name}" with (force)`);
  }
});

test("a database that cannot be reached is the driver's error", async () => {
  await expect(migrate("postgres://127.0.0.1:1/none")).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});

describe("the schema", () => {
  /** The migrator's own table, which holds nothing of any merchant. */
  const OURS = "n.nspname = 'bincard' and c.relname not like 'migrations%'";

  const namesOf = async (query: string) => (await database.run(query)).map((row) => row["name"]);

  test("L11: every index of every kind starts with the merchant", async () => {
    const indexes = await database.run(`
      select x.relname as name, c.relname as table, a.attname as first
      from pg_index i
      join pg_class x on x.oid = i.indexrelid
      join pg_class c on c.oid = i.indrelid
      join pg_namespace n on n.oid = c.relnamespace
      left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where ${OURS}
      order by 1`);
    expect(indexes.length).toBeGreaterThan(12);
    const others = indexes.filter(({ first }) => first !== "merchant_id");
    expect(others).toEqual([
      // A merchant's own row, and the one way in, before it is known whose a secret is.
      { name: "merchants_pkey", table: "merchants", first: "id" },
      { name: "tokens_by_secret", table: "tokens", first: "secret_hash" },
    ]);
  });

  test("L11: every table has a primary key, and a merchant in it that is never null", async () => {
    const tables = await database.run(`
      select c.relname as name,
             exists (
               select from pg_attribute a
               where a.attrelid = c.oid and a.attname = 'merchant_id' and a.attnotnull
             ) as owned,
             exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) as keyed
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where ${OURS} and c.relkind in ('r', 'p')
      order by 1`);
    expect(tables.length).toBeGreaterThan(6);
    for (const table of tables) {
      const owned = table["name"] !== "merchants";
      expect(table).toEqual({ name: table["name"], owned, keyed: true });
    }
  });

  test("there are no sequences, triggers, foreign keys, rules or functions", async () => {
    const inOurs = `join pg_namespace n on n.oid = c.relnamespace where ${OURS}`;
    const sequences = `select c.relname as name from pg_class c ${inOurs} and c.relkind = 'S'`;
    expect(await namesOf(sequences)).toEqual([]);
    const triggers =
      "select t.tgname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid";
    expect(await namesOf(`${triggers} ${inOurs}`)).toEqual([]);
    const keys =
      "select k.conname as name from pg_constraint k join pg_class c on c.oid = k.conrelid";
    expect(await namesOf(`${keys} ${inOurs} and k.contype = 'f'`)).toEqual([]);
    expect(
      await namesOf("select rulename as name from pg_rules where schemaname = 'bincard'"),
    ).toEqual([]);
    expect(
      await namesOf(
        "select proname as name from pg_proc where pronamespace = 'bincard'::regnamespace",
      ),
    ).toEqual([]);
  });

  test("L12: no quantity is a float, no time loses its zone or its microseconds", async () => {
    const columns = await database.run(`
      select table_name || '.' || column_name as name, data_type as type, datetime_precision as places
      from information_schema.columns
      where table_schema = 'bincard' and table_name <> 'migrations'`);
    const types = new Set(columns.map(({ type }) => type));
    for (const inexact of ["real", "double precision", "timestamp without time zone", "money"])
      expect(types).not.toContain(inexact);
    const quantities = columns.filter(({ name }) => String(name).endsWith(".quantity"));
    expect(quantities.map(({ type }) => type)).toEqual(["numeric", "numeric"]);
    const times = columns.filter(({ type }) => type === "timestamp with time zone");
    expect(times.length).toBeGreaterThan(5);
    expect(new Set(times.map(({ places }) => places))).toEqual(new Set([6]));
  });

  test("ids, states and names compare by their bytes on every machine alike", async () => {
    const other = await namesOf(`
      select c.relname || '.' || a.attname as name
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_collation l on l.oid = a.attcollation
      where ${OURS} and c.relkind = 'r' and a.attnum > 0 and l.collname <> 'C'
      order by 1`);
    // A list of scopes is never compared nor sorted.
    expect(other).toEqual(["tokens.scopes", "webhook_subscriptions.event_types"]);
  });
});
