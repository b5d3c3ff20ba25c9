import { sql } from "drizzle-orm";
import {
  bigint,
  bigserial,
  foreignKey,
  index,
  pgSchema,
  primaryKey,
  text,
  unique,
} from "drizzle-orm/pg-core";
import { expect, test } from "vitest";
import { declaredTables } from "../portable/declared-tables.ts";
import { Permits } from "../portable/faults.ts";
import { lintSchema } from "../portable/lint.ts";

const says = (migration: string, declared: Parameters<typeof lintSchema>[0]["declared"] = []) => {
  const migrations = [["0000_a.sql", migration]] as const;
  const { findings } = lintSchema({ migrations, declared }, new Permits([]));
  // What the other source lacks is another test's.
  return findings.flatMap(({ where, says: what }) =>
    what.includes("not in the schema") ? [] : [`${where} ${what}`],
  );
};

const TABLE = `create table bincard.things (
  merchant_id text not null, id text not null, name text, primary key (merchant_id, id));`;

test("a table whose keys begin with the merchant is sound", () => {
  const more = `
    create unique index things_by_name on bincard.things (merchant_id, name);
    alter table bincard.things add constraint t unique (merchant_id, name, id);
    create table bincard.parts (merchant_id text not null, id text not null, thing text,
      primary key (merchant_id, id),
      foreign key (merchant_id, thing) references bincard.things (merchant_id, id),
      foreign key (merchant_id) references bincard.merchants (id));
    create table bincard.merchants (id text primary key, position bigint not null);`;
  expect(says(TABLE + more)).toEqual([]);
});

test.each([
  ["a primary key", "create table bincard.a (merchant_id text not null, id text primary key)"],
  [
    "an order",
    "create table bincard.a (merchant_id text not null, id text, primary key (id, merchant_id))",
  ],
  ["a constraint", `${TABLE} alter table bincard.things add constraint t unique (name)`],
  ["an index", `${TABLE} create index t on bincard.things (name, merchant_id)`],
  ["a unique index", `${TABLE} create unique index t on bincard.things (id)`],
  ["an expression", `${TABLE} create index t on bincard.things (lower(merchant_id))`],
  [
    "a foreign key",
    `${TABLE} alter table bincard.things add foreign key (id) references bincard.things (id)`,
  ],
  [
    "what a foreign key points to",
    `${TABLE} alter table bincard.things add foreign key (merchant_id, name) references bincard.things (id, merchant_id)`,
  ],
])("%s that does not begin with the merchant", (_, migration) => {
  expect(says(migration)).toEqual([expect.stringMatching(/must begin with merchant_id/)]);
});

test.each([
  ["no primary key", "create table bincard.a (merchant_id text not null)", /primary key/],
  ["no merchant", "create table bincard.a (id text primary key)", /needs a column merchant_id/],
  [
    "a merchant that may be null",
    `${TABLE} alter table bincard.things alter merchant_id drop not null`,
    /never null/,
  ],
])("a table with %s", (_, migration, expected) => {
  expect(says(migration)).toContainEqual(expect.stringMatching(expected));
});

test.each([
  "create table bincard.a (merchant_id text not null, id serial, primary key (merchant_id, id))",
  "create table bincard.a (merchant_id text not null, id bigint generated always as identity, primary key (merchant_id, id))",
  "create table bincard.a (merchant_id text not null, id bigint default nextval('s'), primary key (merchant_id, id))",
  `${TABLE} alter table bincard.things add column n bigserial`,
  `${TABLE} alter table bincard.things alter name set default nextval('s')`,
  `${TABLE} alter table bincard.things alter name add generated always as identity`,
])("numbers that the database hands out: %s", (migration) => {
  expect(says(migration)).toEqual([expect.stringMatching(/counts by a sequence/)]);
});

test.each([
  ["create sequence bincard.s", /CreateSeq/],
  [
    "create function bincard.f() returns int language plpgsql as 'begin return 1; end'",
    /CreateFunction/,
  ],
  ["create trigger t before insert on bincard.a execute function f()", /CreateTrig/],
  ["create rule r as on insert to bincard.a do instead nothing", /Rule/],
  ["do $$ begin perform 1; end $$", /DO block/],
  ["create extension citext", /CreateExtension/],
  ["create table bincard.b () inherits (bincard.a)", /inherits/],
  [
    "create table bincard.a (merchant_id text not null primary key, exclude using gist (merchant_id with =))",
    /exclusion/,
  ],
])("what a cluster refuses: %s", (migration, expected) => {
  expect(says(migration)).toContainEqual(expect.stringMatching(expected));
});

test("roles, grants and policies may be made", () => {
  const migration = `${TABLE}
    do $$ begin create role bincard_app; exception when duplicate_object then null; end $$;
    grant usage on schema bincard to bincard_app;
    grant select, insert on bincard.things to bincard_app;
    alter table bincard.things enable row level security;
    create policy own on bincard.things using (merchant_id = current_setting('bincard.merchant'));`;
  expect(says(migration)).toEqual([]);
});

test("what later migrations drop, rename and add is what counts", () => {
  const migration = `${TABLE}
    create index t on bincard.things (name);
    drop index bincard.t;
    alter table bincard.things rename column name to title;
    create index u on bincard.things (merchant_id, title);
    create table bincard.gone (id serial);
    drop table bincard.gone;`;
  expect(says(migration)).toEqual([]);
  const { tables } = lintSchema(
    { migrations: [["0000_a.sql", migration]], declared: [] },
    new Permits([]),
  );
  expect(tables.map(({ name }) => name)).toEqual(["things"]);
  expect(tables[0]?.keys.map(({ columns }) => columns.join())).toEqual([
    "merchant_id,id",
    "merchant_id,title",
  ]);
});

test("a refusal says file and line", () => {
  expect(says(`${TABLE}\n--> statement-breakpoint\ncreate sequence s;`)).toEqual([
    expect.stringMatching(/^0000_a\.sql:4 /),
  ]);
});

test("the schema in TypeScript is held to the same rules", () => {
  const schema = pgSchema("bincard");
  const things = schema.table(
    "things",
    {
      merchantId: text().notNull(),
      id: text(),
      name: text().unique("by_name"),
      n: bigserial({ mode: "number" }),
    },
    (table) => [
      primaryKey({ columns: [table.id, table.merchantId] }),
      index("things_by_name").on(table.name),
      index("things_by_lower").on(sql`lower(name)`),
      unique("things_unique").on(table.merchantId, table.name),
      foreignKey({ columns: [table.name], foreignColumns: [table.id] }),
    ],
  );
  const numbered = schema.table("numbered", {
    merchantId: text().primaryKey(),
    counter: bigint({ mode: "number" }).generatedAlwaysAsIdentity(),
  });
  const found = says("", declaredTables({ things, numbered, other: 1 }));
  const ofRules = found.filter((each) => !each.includes("not in the migrations"));
  expect(ofRules).toEqual([
    expect.stringMatching(/primary key things_id_merchantId_pk must begin/),
    expect.stringMatching(/unique by_name must begin/),
    expect.stringMatching(/index things_by_name must begin/),
    expect.stringMatching(/index things_by_lower must begin/),
    expect.stringMatching(/foreign key \S+ must begin/),
    expect.stringMatching(/things\.n counts by a sequence/),
    expect.stringMatching(/numbered\.counter counts by a sequence/),
  ]);
  expect(found).toContainEqual(
    "things: index (name) is in the schema and not in the migrations: generate the next one.",
  );
});

test("an exception lets through what it names, and must be needed", () => {
  const exception = { rule: "merchant first", matches: /^things\.t$/, reason: "so" } as const;
  const migrations = [["0.sql", `${TABLE} create index t on bincard.things (id)`]] as const;
  const needed = new Permits([exception]);
  const { findings } = lintSchema({ migrations, declared: [] }, needed);
  expect(findings.filter(({ says: what }) => what.includes("must begin"))).toEqual([]);
  expect(needed.unused()).toEqual([]);
  const idle = new Permits([exception]);
  lintSchema({ migrations: [["0.sql", TABLE]], declared: [] }, idle);
  expect(idle.unused()).toEqual([exception]);
});
