import { createBincard } from "@bincard/client";
import { afterAll, beforeAll, expect, test, onTestFinished } from "vitest";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(async () => world.end());

/** What the page at that address does: the code from behind the "#" for a cookie. */
async function openAt(address: string): Promise<Response> {
  const url = new URL(address);
  const headers = {
    "content-type": "application/json",
    "x-bincard-console": "1",
    "sec-fetch-site": "same-origin",
  };
  const body = JSON.stringify({ code: url.hash.slice(1) });
  return fetch(`${url.origin}/console/open`, { method: "POST", headers, body });
}

test("console: prints an address that signs in, once", async () => {
  const { code, stdout, stderr } = await world.type("console");
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^${world.url}/console/open#\\w+\\.[\\w-]{43}\n$`));
  expect(stderr).toBe("signs in Root of Bincard; good once, for a minute\n");
  const opened = await openAt(stdout.trim());
  expect(opened.status).toBe(200);
  expect(opened.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Strict/);
  expect((await openAt(stdout.trim())).status).toBe(401);
});

test("console: opens it on a terminal, unless told not to", async () => {
  const opened: string[] = [];
  const openPage = async (url: string) => void opened.push(url);
  const seen = { stdoutIsTty: true, openPage };
  const { stdout } = await world.type("console", seen);
  expect(opened).toEqual([stdout.trim()]);
  await world.type("console --no-open", seen);
  await world.type("console --json", seen);
  await world.type("console", { openPage });
  expect(opened).toHaveLength(1);
  const lost = await world.type("console", {
    stdoutIsTty: true,
    openPage: async () => Promise.reject(new Error("no browser")),
  });
  expect([lost.code, lost.stderr]).toEqual([0, expect.stringContaining("open it yourself")]);
});

test("console: as JSON, and with a token that opens nothing", async () => {
  const { stdout } = await world.type("console --json");
  expect(JSON.parse(stdout)).toMatchObject({
    url: expect.stringContaining("/console/open#"),
    expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  const refused = await world.type("console", { env: { BINCARD_TOKEN: "nobody's" } });
  expect([refused.code, refused.stdout]).toEqual([4, ""]);
  expect(refused.stderr).toMatch(/^error\[UNAUTHENTICATED\]/);
});

test("console: a server that cannot now is no server without a console", async () => {
  const standby = await openWorld();
  onTestFinished(standby.end);
  const [row] = await standby.database.run("select current_database() as name");
  const name = String(row?.["name"]);
  await standby.database.run(`alter database "${name}" set default_transaction_read_only = on`);
  // Those that are open keep what they began with.
  await standby.database.run(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = '${name}' and pid <> pg_backend_pid()`,
  );
  const refused = await standby.type("console");
  expect([refused.code, refused.stdout]).toEqual([8, ""]);
  expect(refused.stderr).toMatch(/^error\[UNAVAILABLE\]: .*it is a standby[^\n]*\n$/);
});

test("demo: leaves a ledger alone that has changes of its own", async () => {
  const { merchant } = await world.client.merchants.create({ name: "Busy" });
  const { token } = await world.client.tokens.create({
    merchantId: merchant.id,
    application: { name: "Busy" },
    scopes: (await world.client.tokens.current()).info.scopes,
  });
  const env = { BINCARD_TOKEN: token };
  await world.type("items create Mug --sku MUG", { env });
  await world.type("receive MUG 3", { env });
  const refused = await world.type("demo", { env });
  expect([refused.code, refused.stdout]).toEqual([3, ""]);
  expect(refused.stderr).toMatch(/^error\[NOT_EMPTY\].*\n {2}hint: /);
  const busy = createBincard({ url: world.url, token });
  expect((await busy.ledger.verify()).changes).toBe(1);
});

test("demo: fills an empty ledger, and does nothing the second time", async () => {
  const first = await world.type("demo", { stderrIsTty: true });
  expect([first.code, first.stdout]).toEqual([0, ""]);
  expect(first.stderr).toMatch(/\[#+-*\] \d+ of \d+ batches/);
  expect(first.stderr).toMatch(
    /3 locations, 200 variations, \d{5} changes\nlook at it: bincard console\n$/,
  );
  const again = await world.type("demo --json");
  expect(again.code).toBe(0);
  expect(again.stderr).toMatch(/: all there already\n/);
  const told: unknown = JSON.parse(again.stdout);
  const { changes } = await world.client.ledger.verify();
  expect(told).toEqual({ locations: 3, variations: 200, changes, replayed: true });
  const other = await world.type("demo --seed 2");
  expect([other.code, other.stderr]).toEqual([3, expect.stringContaining("demo of seed 1")]);
});

test("demo: what it cannot do it says before it does anything", async () => {
  const { token } = await world.client.tokens.create({
    application: { name: "Reader" },
    scopes: ["INVENTORY_READ"],
  });
  const refused = await world.type("demo", { env: { BINCARD_TOKEN: token } });
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(/error\[NOT_PERMITTED\].*INVENTORY_WRITE/);
  const wrong = await world.type("demo --seed many");
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('"many" is not a seed')]);
});
