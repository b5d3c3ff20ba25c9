import { testDatabase } from "@bincard/embedded-postgres/testing";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { migrate } from "../src/index.ts";
import { connect } from "../src/store/connect.ts";
import { isContention, isExhaustion } from "../src/store/faults.ts";

/** What PostgreSQL is told for each of our connections, in its own words. */
const TIMEOUTS = {
  lock_timeout: "10s",
  idle_in_transaction_session_timeout: "30s",
};

async function opened() {
  const database = await testDatabase();
  // The roles that the connections take on.
  await migrate(database.url);
  const pools = connect(database.url);
  onTestFinished(async () => {
    await pools.close();
    await database.drop();
  });
  return { url: database.url, sql: pools.gate.sql, writer: pools.locking.of("M1") };
}

/** The error that the work fails with. */
async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test("every connection has its bounds: a statement, a lock and an idle transaction end by themselves", async () => {
  const { sql, writer } = await opened();
  for (const [each, statement_timeout] of [
    [sql, "1min"],
    [writer, "15s"],
  ] as const) {
    for (const [name, bound] of Object.entries({ ...TIMEOUTS, statement_timeout })) {
      const [row] = await each.unsafe(`show ${name}`);
      expect([name, row?.[name]]).toEqual([name, bound]);
    }
  }
});

test("a statement that takes too long is given up, and that passes", async () => {
  const { sql } = await opened();
  const error = await failureOf(
    sql.begin(async (within) => {
      await within.unsafe("set local statement_timeout = '50ms'");
      await within.unsafe("select pg_sleep(60)");
    }),
  );
  expect([isExhaustion(error), isContention(error)]).toEqual([true, false]);
  expect(await sql.unsafe("select 1 as one")).toMatchObject([{ one: 1 }]);
});

test("a lock that does not come is given up, and that may be tried again", async () => {
  const { url, writer } = await opened();
  const owner = postgres(url, { max: 1 });
  onTestFinished(async () => owner.end());
  const error = await failureOf(
    owner.begin(async (holder) => {
      await holder.unsafe("lock table bincard.merchants");
      await writer.begin(async (waiter) => {
        await waiter.unsafe("set local lock_timeout = '50ms'");
        await waiter.unsafe("select * from bincard.merchants");
      });
    }),
  );
  expect([isContention(error), isExhaustion(error)]).toEqual([true, false]);
});

test("a transaction that is left open is ended, and its connection is replaced", async () => {
  const { sql } = await opened();
  const error = await failureOf(
    sql.begin(async (within) => {
      await within.unsafe("set local idle_in_transaction_session_timeout = '50ms'");
      await new Promise((resolve) => setTimeout(resolve, 500));
      await within.unsafe("select 1");
    }),
  );
  expect(error).toBeInstanceOf(Error);
  expect(await sql.unsafe("select 1 as one")).toMatchObject([{ one: 1 }]);
});
