import { describe, expect, test } from "vitest";
import { Permits } from "../portable/faults.ts";
import { lintStatements } from "../portable/lint.ts";
import type { Volatility } from "../portable/volatility.ts";

const VOLATILITIES: Record<string, Volatility> = {
  clock_timestamp: "volatile",
  random: "volatile",
  now: "stable",
  to_char: "stable",
  lower: "immutable",
  unnest: "immutable",
  decode: "immutable",
  current_setting: "stable",
};
const known = {
  tenants: new Set(["merchants", "changes", "counts"]),
  volatilityOf: (name: string) => VOLATILITIES[name] ?? "immutable",
};

const says = (statement: string): string[] =>
  lintStatements([statement], { known, permits: new Permits([]) }).map(({ says: what }) => what);

const UNNESTED = "unnest($1::text[], $2::bigint[]) as u(merchant_id, position)";

describe("a statement names its merchant", () => {
  test.each([
    "select 1",
    "select * from bincard.counts where merchant_id = $1",
    'select * from "bincard"."counts" where ("counts"."merchant_id" = $1 and "counts"."state" in ($2, $3))',
    "select * from bincard.merchants where id = $1 and position > $2",
    "select * from bincard.counts c where c.merchant_id = any($1::text[])",
    "select * from bincard.counts c where c.merchant_id in ($1, $2)",
    "select * from bincard.counts c join bincard.merchants m on m.id = c.merchant_id where m.id = $1",
    // The tie travels, in whatever order it is written.
    "select * from bincard.counts a, bincard.counts b, bincard.changes c where a.merchant_id = b.merchant_id and b.merchant_id = c.merchant_id and c.merchant_id = $1",
    "select * from bincard.counts c left join bincard.changes h on h.merchant_id = c.merchant_id where c.merchant_id = $1",
    `select * from ${UNNESTED} join bincard.counts c on c.merchant_id = u.merchant_id`,
    `select * from ${UNNESTED} join bincard.counts c using (merchant_id, position)`,
    `select * from ${UNNESTED} join bincard.counts c on (c.merchant_id, c.position) = (u.merchant_id, u.position)`,
    `select * from ${UNNESTED} join bincard.counts c on c.merchant_id = coalesce(u.merchant_id, $3::text)`,
    "select (select count(*) from bincard.changes where merchant_id = m.id) from bincard.merchants m where m.id = $1",
    "select * from bincard.merchants m, lateral (select * from bincard.counts c where c.merchant_id = m.id limit 1) l where m.id = $1",
    "with own as (select * from bincard.counts where merchant_id = $1) select * from own",
    "with own as (select * from bincard.merchants where id = $1) select * from own join bincard.counts c on c.merchant_id = own.id",
    "with recursive r(n) as (select position from bincard.merchants where id = $1 union all select n - 1 from r, bincard.changes where merchant_id = $1 and position = n) select n from r",
    "select * from bincard.counts where merchant_id = $1 union all select * from bincard.counts where merchant_id = $1",
    "update bincard.counts set quantity = 1 where merchant_id = $1",
    `update bincard.merchants m set position = u.position from ${UNNESTED} where m.id = u.merchant_id`,
    "delete from bincard.counts c using bincard.merchants m where m.id = $1 and c.merchant_id = m.id",
    "insert into bincard.counts (merchant_id, state) values ($1, $2)",
    "insert into bincard.counts (merchant_id, state) select m.id, 'a' from bincard.merchants m where m.id = $1 on conflict (merchant_id, state) do update set state = excluded.state",
    "select count(*) from pg_stat_activity",
  ])("%s", (statement) => {
    expect(says(statement)).toEqual([]);
  });

  test.each([
    ["counts", "select * from bincard.counts"],
    ["counts", "select * from bincard.counts where state = $1"],
    ["counts", "select * from bincard.counts where merchant_id = merchant_id"],
    ["counts", "select * from bincard.counts where merchant_id = $1 or state = $2"],
    ["counts", "select * from bincard.counts where merchant_id > $1"],
    ["counts", "select * from bincard.counts where merchant_id <> all($1)"],
    ["counts", "select * from bincard.counts where not merchant_id = $1"],
    ["merchants", "select * from bincard.merchants where merchant_id = $1"],
    [
      "changes",
      "select * from bincard.counts c join bincard.changes h on h.position = c.position where c.merchant_id = $1",
    ],
    // An outer join's condition leaves the rows of the outer side as they are.
    [
      "counts",
      "select * from bincard.counts c left join bincard.merchants m on m.id = $1 and c.merchant_id = $1",
    ],
    [
      "changes",
      "select (select count(*) from bincard.changes) from bincard.merchants where id = $1",
    ],
    [
      "counts",
      "select * from bincard.merchants m where m.id = $1 and exists (select from bincard.counts)",
    ],
    [
      "counts",
      "with own as (select * from bincard.counts) select * from own where merchant_id = $1",
    ],
    [
      "counts",
      "select * from bincard.counts where merchant_id = $1 union all select * from bincard.counts",
    ],
    ["counts", "update bincard.counts set quantity = 1"],
    [
      "merchants",
      `update bincard.merchants m set position = u.position from ${UNNESTED} where m.position = u.position`,
    ],
    ["counts", "delete from bincard.counts where state = $1"],
    ["changes", "insert into bincard.counts (merchant_id) select merchant_id from bincard.changes"],
  ])("not so %s: %s", (table, statement) => {
    expect(says(statement)).toEqual([
      expect.stringMatching(new RegExp(`^${table} is used without naming its merchant`)),
    ]);
  });

  test("two tables of each other's merchant are nobody's", () => {
    const joined =
      "select * from bincard.counts c join bincard.changes h on h.merchant_id = c.merchant_id";
    expect(says(joined)).toHaveLength(2);
  });

  test.each([
    "insert into bincard.counts (state) values ($1)",
    "insert into bincard.counts (merchant_id, state) values ($1, $2) on conflict (state, merchant_id) do nothing",
    "insert into bincard.counts (merchant_id, state) values ($1, $2) on conflict do nothing",
  ])("a row without one, or a conflict that is not within one: %s", (statement) => {
    expect(says(statement)).toHaveLength(1);
  });
});

test.each([
  "update bincard.counts set merchant_id = $2 where merchant_id = $1",
  "insert into bincard.counts (merchant_id, state) values ($1, $2) on conflict (merchant_id, state) do update set merchant_id = excluded.merchant_id",
])("a row keeps its merchant: %s", (statement) => {
  expect(says(statement)).toEqual([expect.stringMatching(/never changes its merchant/)]);
});

describe("a row is changed by what two nodes compute alike", () => {
  const set = (expression: string) =>
    `update bincard.merchants set x = ${expression} where id = $1`;

  test.each([
    set("$2"),
    set("position + 1"),
    set("lower(name)"),
    set("now()"),
    set("greatest(now(), received_at)"),
    set("$2::text::timestamptz"),
    `${set("$2")} and received_at < now()`,
    `${set("$2")} returning id, lower(name)`,
    `with clock as (select clock_timestamp() as at) update bincard.merchants m set received_at = clock.at from clock where m.id = $1 returning clock.at`,
    "insert into bincard.counts (merchant_id, at) values ($1, clock_timestamp())",
  ])("%s", (statement) => {
    expect(says(statement)).toEqual([]);
  });

  test.each([
    set("clock_timestamp()"),
    set("greatest(clock_timestamp(), received_at)"),
    set("to_char(received_at)"),
    set("received_at + interval '1 second'"),
    set("received_at + position * interval '1 second'"),
    set("coalesce(received_at, now())"),
    set("case when position > 1 then current_timestamp end"),
    set("(select max(position) * random() from bincard.changes where merchant_id = $1)"),
    `${set("$2")} and received_at < clock_timestamp()`,
    `${set("$2")} returning now()`,
    `${set("$2")} returning received_at - $3 * interval '1 microsecond'`,
    `delete from bincard.merchants where id = $1 and received_at < clock_timestamp()`,
    "insert into bincard.counts (merchant_id, at) values ($1, $2) returning clock_timestamp()",
    "insert into bincard.counts (merchant_id, at) values ($1, $2) on conflict (merchant_id) do update set at = now()",
  ])("not so %s", (statement) => {
    expect(says(statement)).toEqual([expect.stringMatching(/immutable functions/)]);
  });
});

test.each([
  ["select nextval('s')", /nextval/],
  ["select pg_advisory_xact_lock($1)", /pg_advisory_xact_lock/],
  ["select pg_try_advisory_lock(1)", /pg_try_advisory_lock/],
  ["select pg_notify('a', 'b')", /pg_notify/],
  ["listen counts", /ListenStmt/],
  ["notify counts", /NotifyStmt/],
  ["lock table bincard.merchants", /LockStmt/],
  ["truncate bincard.counts", /TruncateStmt/],
  ["do $$ begin end $$", /DoStmt/],
  [
    "merge into bincard.counts c using bincard.changes h on c.merchant_id = h.merchant_id when matched then do nothing",
    /MergeStmt/,
  ],
  ["copy bincard.counts to stdout", /CopyStmt/],
  ["select * from elsewhere.things", /no table of the ledger/],
  ["select * from things", /no table of the ledger/],
  ["insert into things (a) values (1)", /no table of the ledger/],
])("what has no place on a cluster: %s", (statement, expected) => {
  expect(says(statement)).toEqual([expect.stringMatching(expected)]);
});

test("settings and transactions may be had", () => {
  const statements =
    "begin; set local statement_timeout = 0; select set_config('a.b', $1, true); commit";
  expect(says(statements)).toEqual([]);
});

test("a lock is one table's rows, by their merchant", () => {
  expect(says("select 1 from bincard.merchants where id = $1 for update")).toEqual([]);
  expect(
    says(`select 1 from bincard.merchants m, ${UNNESTED} where m.id = u.merchant_id for update`),
  ).toEqual([expect.stringMatching(/a lock takes rows of one table/)]);
  expect(says("select 1 from (select 1) x for share")).toHaveLength(1);
});
