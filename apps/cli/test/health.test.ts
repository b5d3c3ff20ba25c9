import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkClock, checkNode } from "../src/vital-signs.ts";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.type(["items", "create", "Blue mug", "--sku", "MUG"]);
  await world.type("receive MUG 12");
});
afterAll(async () => world.end());

/** Something that is not Bincard, or not ready. */
async function stranger(
  status: (path: string) => number,
): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    response.writeHead(status(request.url ?? "")).end("hello");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, server };
}

test("doctor: all is well", async () => {
  const { code, stdout } = await world.type("doctor");
  expect(code).toBe(0);
  const found = [...stdout.matchAll(/^(\w+) +(\w+) /gm)].map(([, status, check]) => [
    check,
    status,
  ]);
  expect(found).toEqual(
    ["node", "config", "server", "ready", "clock", "version", "token", "scopes", "ledger"].map(
      (check) => [check, "ok"],
    ),
  );
  expect(stdout).toMatch(/version +CLI (\S+), server \1\n/);
  const json = await world.type("doctor --json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    checks: [{ check: "node", status: "ok" }, {}, {}, {}, {}, {}, {}, {}, {}],
  });
});

test("doctor: no server, a stranger, one that is not ready", async () => {
  const gone = await world.type("doctor", { env: { BINCARD_URL: "http://127.0.0.1:1" } });
  expect(gone.code).toBe(8);
  expect(gone.stdout).toMatch(
    /\nfail {2}server +http:\/\/127\.0\.0\.1:1 does not answer: .*\n +hint: /,
  );
  const other = await stranger(() => 404);
  const foreign = await world.type("doctor", { env: { BINCARD_URL: other.url } });
  expect(foreign.code).toBe(8);
  expect(foreign.stdout).toMatch(/fail {2}server +.*HTTP 404/);
  other.server.close();
  const starting = await stranger((path) => (path === "/readyz" ? 503 : 200));
  const early = await world.type("doctor", { env: { BINCARD_URL: starting.url } });
  expect(early.code).toBe(8);
  expect(early.stdout).toMatch(/fail {2}ready +HTTP 503/);
  const listing = await world.type("counts", { env: { BINCARD_URL: starting.url } });
  expect(listing.code).toBe(8);
  starting.server.close();
});

test("doctor: no token, a wrong token, a narrow token", async () => {
  const none = await world.type("doctor", { env: { BINCARD_TOKEN: "" } });
  expect(none.code).toBe(4);
  expect(none.stdout).toMatch(/fail {2}token +NO_TOKEN/);
  const wrong = await world.type("doctor", { env: { BINCARD_TOKEN: "bincard_wrong" } });
  expect(wrong.code).toBe(4);
  expect(wrong.stdout).toMatch(/fail {2}token +UNAUTHENTICATED/);
  const { token } = await world.client.tokens.create({
    application: { name: "Till" },
    scopes: ["INVENTORY_READ", "INVENTORY_WRITE"],
  });
  const narrow = await world.type("doctor", { env: { BINCARD_TOKEN: token } });
  expect(narrow.code).toBe(0);
  expect(narrow.stdout).toMatch(/warn {2}scopes +lacks ITEMS_READ MERCHANT_PROFILE_READ/);
});

test("doctor: clocks and versions of Node", () => {
  const at = Date.parse("2026-11-22T09:00:10.500Z");
  const status = (seconds: number) =>
    checkClock(new Date(at + seconds * 1_000).toUTCString(), at).status;
  expect([status(0), status(-4), status(4), status(7), status(-7)]).toEqual([
    "ok",
    "ok",
    "ok",
    "warn",
    "warn",
  ]);
  expect(checkClock(undefined, at).status).toBe("warn");
  expect(
    ["18.20.0", "20.18.1", "20.19.0", "22.0.0", "24.1.0"].map((v) => checkNode(v).status),
  ).toEqual(["fail", "fail", "ok", "ok", "ok"]);
});

test("7: verify and doctor find a count changed by hand, and name it", async () => {
  const clean = await world.type("verify");
  expect(clean).toMatchObject({ code: 0, stdout: "" });
  expect(clean.stderr).toMatch(/^1 count from 1 change up to position 1: all as they should be\n$/);
  await world.database.run("update counts set quantity = quantity + 1");
  const found = await world.type("verify");
  expect(found.code).toBe(7);
  expect(found.stdout).toMatch(/\nCOUNT_DIFFERS +\S+ at \S+ IN_STOCK +13 +12 +quantity\n/);
  const json = await world.type("verify --json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    findingCount: 1,
    findings: [{ expected: "12" }],
  });
  const doctor = await world.type("doctor");
  expect(doctor.code).toBe(7);
  expect(doctor.stdout).toMatch(/\nfail {2}ledger +1 difference between.*\n +hint: bincard verify/);
});
