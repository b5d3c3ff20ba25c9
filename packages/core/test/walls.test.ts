import type { Principal } from "@bincard/contracts";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, type Pools } from "../src/store/connect.ts";
import { openWorld, type World } from "./world.ts";

/** L11: what Postgres itself keeps apart, whatever a query of ours should forget. */
let world: World;
let stranger: Principal;
let pools: Pools;

beforeAll(async () => {
  world = await openWorld();
  stranger = await world.stranger("Next door");
  const item = await world.variation("Ours");
  await world.record([
    {
      type: "PHYSICAL_COUNT",
      catalogObjectId: item,
      locationId: world.main,
      state: "IN_STOCK",
      quantity: "3",
      occurredAt: new Date().toISOString(),
    },
  ]);
  pools = connect(world.url);
});
afterAll(async () => {
  await pools.close();
  await world.close();
});

const ROLES = ["bincard_app", "bincard_gate"];
const LEDGER = ["changes", "counts", "idempotency_keys", "catalog_objects"];

/** Every table of ours, but for the migrator's own. */
async function tables() {
  return world.sql<{ name: string; column: string | null; secured: boolean; forced: boolean }[]>`
    select c.relname as name, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
           (select a.attname from pg_attribute a
            where a.attrelid = c.oid and a.attname = 'merchant_id') as column
    from pg_class c
    where c.relnamespace = 'bincard'::regnamespace and c.relkind in ('r', 'p')
      and c.relname <> 'migrations'
    order by c.relname`;
}

const refusedBy = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "nobody",
    (error: unknown) => (error instanceof postgres.PostgresError ? error.code : error),
  );
const NO_PRIVILEGE = "42501";

describe("L11: the walls between merchants", () => {
  test("every table is of a merchant, and its rows are secured, also from the table's owner", async () => {
    const found = await tables();
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(LEDGER));
    for (const { name, column, secured, forced } of found)
      expect({
        name,
        isOfMerchant: name === "merchants" || column !== null,
        secured,
        forced,
      }).toEqual({ name, isOfMerchant: true, secured: true, forced: true });
  });

  test("every table has a policy for the application that goes by the merchants of the transaction", async () => {
    for (const { name } of await tables()) {
      const policies = await world.sql<{ roles: string; qual: string | null }[]>`
        select array_to_string(roles, ' ') as roles, qual from pg_policies
        where schemaname = 'bincard' and tablename = ${name} and 'bincard_app' = any(roles)`;
      expect([name, policies.length, policies[0]?.qual]).toEqual([
        name,
        1,
        expect.stringContaining("bincard.merchants"),
      ]);
    }
  });

  test("the roles own nothing, bypass nothing and cannot log in", async () => {
    const roles = await world.sql`
      select rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole from pg_roles
      where rolname = any(${ROLES})`;
    const powerless = {
      rolsuper: false,
      rolbypassrls: false,
      rolcanlogin: false,
      rolcreaterole: false,
    };
    expect(roles).toHaveLength(2);
    for (const role of roles) expect(role).toMatchObject(powerless);
    const owned = await world.sql`
      select relname from pg_class where relowner in (
        select oid from pg_roles where rolname = any(${ROLES}))`;
    expect(owned).toEqual([]);
  });

  test("every connection but the one that asks after the database is one of them", async () => {
    const { merchantId } = world.root;
    const who = "select current_user as role";
    const asked = await Promise.all([
      pools.of(merchantId).sql.unsafe(who),
      pools.of(merchantId).long.begin((sql) => sql.unsafe(who)),
      pools.locking.of(merchantId).begin((sql) => sql.unsafe(who)),
      pools.writers.leastBusy().run([merchantId], (sql) => sql.unsafe(who)),
      pools.of(merchantId).db.execute(who),
      pools.webhooks.of(merchantId).unsafe(who),
      pools.gate.sql.unsafe(who),
      pools.gate.db.execute(who),
    ]);
    const [app, gate] = ROLES;
    expect(asked.map(([row]) => row?.["role"])).toEqual([app, app, app, app, app, app, gate, gate]);
  });

  test("a query that forgets its merchant sees its own rows and no others", async () => {
    for (const table of [...LEDGER, "locations", "applications", "tokens"]) {
      const every = `select distinct merchant_id from bincard.${table}`;
      for (const { merchantId } of [world.root, stranger]) {
        const { sql, db } = pools.of(merchantId);
        const seen = [...(await sql.unsafe(every)), ...(await db.execute(every))];
        expect(seen.filter((row) => row["merchant_id"] !== merchantId)).toEqual([]);
      }
      const ours = await pools.of(world.root.merchantId).sql.unsafe(every);
      expect([table, ours.length]).toEqual([table, 1]);
    }
  });

  test("where no merchant is named nothing is seen, and nothing can be put", async () => {
    const sql = postgres(world.url, { max: 1, connection: { role: "bincard_app" } });
    try {
      for (const { name } of await tables())
        expect([name, await sql.unsafe(`select 1 from bincard.${name}`)]).toEqual([name, []]);
      const put = sql`
        insert into bincard.locations (merchant_id, id, name, status)
        values (${world.root.merchantId}, 'L', 'L', 'ACTIVE')`;
      expect(await refusedBy(put)).toBe(NO_PRIVILEGE);
    } finally {
      await sql.end();
    }
  });

  test("statements that leave in the same moment keep their own merchants", async () => {
    const merchants = Array.from({ length: 40 }, (_, n) => `M${n}`);
    const seen = await Promise.all(
      merchants.map((merchant) =>
        pools.writers.leastBusy().run([merchant], async (sql) => {
          const [row] = await sql.unsafe(
            "select current_setting('bincard.merchants') as merchants",
          );
          return row?.["merchants"] as unknown;
        }),
      ),
    );
    expect(seen).toEqual(merchants);
  });

  test("a lane's connection that was lost is told anew whose it is", async () => {
    const { merchantId } = world.root;
    const writer = pools.writers.leastBusy();
    const ask = async () => {
      const [row] = await writer.run([merchantId], (sql) =>
        sql.unsafe(
          "select pg_backend_pid() as pid, current_setting('bincard.merchants') as merchants",
        ),
      );
      return row;
    };
    const before = await ask();
    await world.sql`select pg_terminate_backend(${before?.["pid"]}, 5000)`;
    // Whether the loss is noticed before the next statement leaves or after is chance.
    const after = await ask().catch(ask);
    expect(after?.["pid"]).not.toBe(before?.["pid"]);
    expect(after?.["merchants"]).toBe(merchantId);
  });

  test("what one merchant's transaction sets is gone with it", async () => {
    const [first] = await pools
      .of(stranger.merchantId)
      .sql.unsafe("select pg_backend_pid() as pid");
    const view = pools.of(world.root.merchantId).sql;
    const after = await Promise.all(
      Array.from({ length: 8 }, () =>
        view.unsafe(
          "select pg_backend_pid() as pid, current_setting('bincard.merchants') as merchants",
        ),
      ),
    );
    expect(after.map(([row]) => row?.["pid"])).toContain(first?.["pid"]);
    expect(new Set(after.map(([row]) => row?.["merchants"]))).toEqual(
      new Set([world.root.merchantId]),
    );
  });

  test("a row cannot be put or moved next door", async () => {
    const { sql } = pools.of(stranger.merchantId);
    const into = sql`
      insert into bincard.locations (merchant_id, id, name, status)
      values (${world.root.merchantId}, 'L', 'L', 'ACTIVE')`;
    const over = sql`update bincard.locations set merchant_id = ${world.root.merchantId}`;
    expect(await refusedBy(into)).toBe(NO_PRIVILEGE);
    expect(await refusedBy(over)).toBe(NO_PRIVILEGE);
  });

  test.each([
    ["update", "update bincard.changes set quantity = 1"],
    ["delete", "delete from bincard.changes"],
    ["truncate", "truncate bincard.changes"],
    ["delete a count", "delete from bincard.counts"],
    ["change a kept answer", "update bincard.idempotency_keys set answer = null"],
    ["delete a merchant", "delete from bincard.merchants"],
    ["make a table", "create table bincard.more (id int)"],
  ])("the application cannot %s", async (_what, statement) => {
    expect(await refusedBy(pools.of(world.root.merchantId).sql.unsafe(statement))).toBe(
      NO_PRIVILEGE,
    );
  });

  test.each(LEDGER)("the gate sees nothing of %s", async (table) => {
    expect(await refusedBy(pools.gate.sql.unsafe(`select 1 from bincard.${table}`))).toBe(
      NO_PRIVILEGE,
    );
  });

  test.each([
    ["webhook_subscriptions", ["signature_key", "old_signature_key", "notification_url", "name"]],
    ["webhook_deliveries", ["id", "counts", "attempts"]],
  ])(
    "the gate sees whose turn it is in %s, and nothing of what is sent",
    async (table, columns) => {
      expect(await pools.gate.sql.unsafe(`select merchant_id from bincard.${table}`)).toEqual([]);
      for (const column of columns) {
        const asked = pools.gate.sql.unsafe(`select ${column} from bincard.${table}`);
        expect([column, await refusedBy(asked)]).toEqual([column, NO_PRIVILEGE]);
      }
      const written = pools.gate.sql.unsafe(`update bincard.${table} set merchant_id = ''`);
      expect(await refusedBy(written)).toBe(NO_PRIVILEGE);
    },
  );

  test("an id that could say more than a merchant's is not asked with", () => {
    expect(() => pools.of("M', true); select ('")).toThrow("is no merchant's id");
  });
});

describe("a statement in its transaction", () => {
  test("L7: is answered once it is committed", async () => {
    const { sql } = pools.of(world.root.merchantId);
    for (let round = 0; round < 20; round++) {
      await sql`
        insert into bincard.locations (merchant_id, id, name, status)
        values (${world.root.merchantId}, ${`C${round}`}, ${`Committed ${round}`}, 'ACTIVE')`;
      const found = await world.sql`select 1 from bincard.locations where id = ${`C${round}`}`;
      expect(found).toHaveLength(1);
    }
  });

  test("fails as it would by itself, and leaves its connection sound", async () => {
    const { sql } = pools.of(world.root.merchantId);
    for (let round = 0; round < 10; round++)
      expect(await refusedBy(sql`select 1 / 0`)).toBe("22012");
    expect(await sql`select 1 as one`).toMatchObject([{ one: 1 }]);
  });

  test("may be made of parts, which are none themselves", async () => {
    const { sql } = pools.of(world.root.merchantId);
    const part = sql`merchant_id = ${world.root.merchantId}`;
    expect(await sql`select distinct merchant_id from bincard.changes where ${part}`).toHaveLength(
      1,
    );
  });
});
