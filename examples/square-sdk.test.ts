import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ensureRoot, makeToken, migrate, type OpenLedger, openLedger } from "@bincard/core";
import { type TestDatabase, testDatabase } from "@bincard/embedded-postgres/testing";
import { createApp, listen, type Listening } from "@bincard/server";
import { afterAll, beforeAll, expect, test } from "vitest";

const EXAMPLE = fileURLToPath(new URL("square-sdk.ts", import.meta.url));

let database: TestDatabase;
let ledger: OpenLedger;
let server: Listening;
const token = makeToken();

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  await ensureRoot(database.url, { token });
  ledger = openLedger({ databaseUrl: database.url });
  server = await listen(createApp({ ledger }), { host: "127.0.0.1", port: 0 });
});

afterAll(async () => {
  await server.close();
  await ledger.close();
  await database.drop();
});

test("Square's SDK goes through a shop's day", async () => {
  const { stdout } = await promisify(execFile)("node", ["--import", "tsx", EXAMPLE], {
    env: { ...process.env, BINCARD_URL: server.url, BINCARD_TOKEN: token },
  });
  await expect(stdout).toMatchFileSnapshot("square-sdk.out");
}, 120_000);
