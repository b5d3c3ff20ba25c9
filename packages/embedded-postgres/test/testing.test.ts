import { testDatabase } from "@bincard/embedded-postgres/testing";
import postgres from "postgres";
import { expect, test } from "vitest";

test("a test database is empty, of its own and gone when dropped", async () => {
  const [one, other] = await Promise.all([testDatabase(), testDatabase()]);
  const sql = postgres(one.url, { max: 1 });
  await sql`create table t (id int)`;
  await sql.end();
  const elsewhere = postgres(other.url, { max: 1 });
  expect(await elsewhere`select to_regclass('t') as found`).toEqual([{ found: null }]);
  await other.drop(); // force: still connected
  await elsewhere.end();
  await one.drop();
  const gone = postgres(one.url, { max: 1 });
  await expect(gone`select 1`).rejects.toMatchObject({ code: "3D000" });
  await gone.end();
});
