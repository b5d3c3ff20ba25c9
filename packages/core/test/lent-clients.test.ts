import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sql } from "../src/store/connect.ts";
import { isConnectionFault } from "../src/store/faults.ts";
import { LentClients } from "../src/store/lent-clients.ts";
import { Tenants } from "../src/store/tenants.ts";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const NAME = "lent";

interface Lent {
  readonly pool: LentClients;
  readonly view: Sql;
}

/** One connection of the application's role, given up once it is so old. */
function lentOne(lifetimeSeconds?: number): Lent {
  const age = lifetimeSeconds === undefined ? {} : { max_lifetime: lifetimeSeconds };
  const pool = new LentClients(1, (onclose) =>
    postgres(world.url, {
      max: 1,
      fetch_types: false,
      onnotice: () => undefined,
      onclose,
      connection: { role: "bincard_app", application_name: NAME },
      ...age,
    }),
  );
  return { pool, view: new Tenants(pool).of(world.root.merchantId) };
}

const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "none",
    (error: unknown) => error,
  );

const insertSlowly = (view: Sql, id: string) => view`
  insert into bincard.locations (merchant_id, id, name, status)
  select ${world.root.merchantId}, ${id}, 'Slow', 'ACTIVE' from pg_sleep(0.6)`;

describe("a statement in one flush", () => {
  test("L7: a connection lost before the end of the transaction answers no write", async () => {
    const { pool, view } = lentOne(0.3);
    try {
      await view`select 1`;
      // A statement that is new to its connection is described first: the end waits, and goes out on the next one.
      const failure = await failureOf(insertSlowly(view, "LOST"));
      expect(isConnectionFault(failure)).toBe(true);
      const found = await world.sql`select id from bincard.locations where id = 'LOST'`;
      expect(found).toHaveLength(0);
    } finally {
      await pool.end({ timeout: 1 });
    }
  });

  test("the same on a connection that stays is there when it is answered", async () => {
    const { pool, view } = lentOne();
    try {
      await insertSlowly(view, "KEPT");
      const found = await world.sql`select id from bincard.locations where id = 'KEPT'`;
      expect(found).toHaveLength(1);
    } finally {
      await pool.end({ timeout: 1 });
    }
  });

  test("L11: after a lost connection a read is refused or whole, never empty", async () => {
    const { pool, view } = lentOne();
    try {
      const read = () => view<{ id: string }[]>`select id from bincard.merchants`;
      await read();
      for (let round = 0; round < 20; round++) {
        const ended = world.sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = ${NAME}`;
        const answers = await Promise.all([ended, ...[1, 2, 3].map(async () => outcome(read()))]);
        for (const answer of answers.slice(1)) expect(["refused", 1]).toContain(answer);
      }
      // The last cut may still be on its way.
      await expect.poll(async () => outcome(read())).toBe(1);
    } finally {
      await pool.end({ timeout: 1 });
    }
  });

  test("what failed is told, and leaves nothing behind for the next", async () => {
    const { pool, view } = lentOne();
    try {
      const failure = await failureOf(view`select 1 / ${0}::int`);
      expect(failure).toMatchObject({ code: "22012" });
      expect(await view`select id from bincard.merchants`).toHaveLength(1);
      const [left] = await view<{ scope: string }[]>`
        select current_setting('bincard.merchants', true) as scope`;
      expect(left?.scope).toBe(world.root.merchantId);
    } finally {
      await pool.end({ timeout: 1 });
    }
  });

  test("one client serves those who wait in the order they came", async () => {
    const { pool, view } = lentOne();
    try {
      const order: number[] = [];
      await Promise.all(
        [0.05, 0.02, 0].map(async (seconds, at) => {
          await view`select pg_sleep(${seconds}::float8)`;
          order.push(at);
        }),
      );
      expect(order).toEqual([0, 1, 2]);
    } finally {
      await pool.end({ timeout: 1 });
    }
  });
});

async function outcome(reading: Promise<readonly unknown[]>): Promise<unknown> {
  try {
    return (await reading).length;
  } catch (error) {
    if (!isConnectionFault(error)) throw error;
    return "refused";
  }
}
