import { expect, test } from "vitest";
import { readiness } from "../src/health.ts";
import { JSON_BODY, openApp, request } from "./open-app.ts";

test("health: alive whatever happens, ready while the database answers", async () => {
  const { app, ledger } = await openApp();
  expect((await app.fetch(request("/livez"))).status).toBe(200);
  const ready = await app.fetch(request("/readyz"));
  expect([ready.status, await ready.text()]).toEqual([200, "ready\n"]);
  await ledger.close();
  const lost = await app.fetch(request("/readyz"));
  expect([lost.status, lost.headers.get("retry-after")]).toEqual([503, "1"]);
  expect((await app.fetch(request("/livez"))).status).toBe(200);
});

test("the database is asked once, however many ask whether we are ready", async () => {
  const { ledger } = await openApp();
  let pings = 0;
  const ready = readiness({
    async ping() {
      pings += 1;
      return ledger.ping();
    },
  });
  const ask = async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, async () => ready()));
    return [...new Set(answers.map(({ status }) => status))];
  };
  expect([await ask(), pings]).toEqual([[200], 1]);
  await ledger.close();
  expect([await ask(), pings]).toEqual([[503], 2]);
});

test("health is asked by GET", async () => {
  const { app } = await openApp();
  const answer = await app.fetch(request("/livez", { method: "POST" }));
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  expect(await answer.json()).toMatchObject({ error: { code: "METHOD_NOT_ALLOWED" } });
  expect((await app.fetch(request("/readyz", { method: "HEAD" }))).status).toBe(200);
});

test.each(["/", "/v3/locations", "/trpcx", "/%", "/livez/"])("%s is nothing", async (path) => {
  const { ask } = await openApp();
  for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
    const answer = await ask(path, { method });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: "UNKNOWN_OPERATION" } });
  }
});

test("unknown procedures and wrong methods at /trpc", async () => {
  const { ask } = await openApp();
  const unknown = await ask("/trpc/changes.destroy", { method: "POST", headers: JSON_BODY });
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toHaveProperty("error.data.failures.0.code", "UNKNOWN_OPERATION");
  const wrong = await ask("/trpc/changes.create");
  expect(wrong.status).toBe(405);
  expect(await wrong.json()).toHaveProperty("error.data.failures.0.code", "METHOD_NOT_ALLOWED");
  for (const method of ["DELETE", "PUT", "PATCH", "OPTIONS"]) {
    const odd = await ask("/trpc/changes.create", { method });
    expect(odd.status).toBe(405);
    expect(await odd.json()).toHaveProperty("error.data.failures.0.code", "METHOD_NOT_ALLOWED");
  }
  expect((await ask("/trpc")).status).toBe(404);
});

test("malformed JSON at /trpc", async () => {
  const { ask } = await openApp();
  for (const body of ["{", "", "{'a':1}", "\u0000"]) {
    const answer = await ask("/trpc/changes.create", { method: "POST", headers: JSON_BODY, body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toMatch("application/json");
  }
  const answer = await ask("/trpc/changes.create", {
    method: "POST",
    headers: JSON_BODY,
    body: "{",
  });
  expect(await answer.json()).toHaveProperty("error.data.failures.0.code", "MALFORMED_JSON");
  const query = await ask("/trpc/counts.list?input=%7B");
  expect(query.status).toBe(400);
  expect(await query.json()).toHaveProperty("error.data.failures.0.code", "MALFORMED_JSON");
});

test("every answer carries a request id: the caller's when it is a sensible one", async () => {
  const { app, ask, logged } = await openApp();
  const sent = async (id: string) => {
    const headers = { "X-Request-Id": id };
    return (await app.fetch(request("/livez", { headers }))).headers.get("x-request-id");
  };
  expect(await sent("till-7:0042")).toBe("till-7:0042");
  expect(logged()).toContain('"requestId":"till-7:0042"');
  const made = /^[\da-f]{8}-[\da-f-]{27}$/;
  expect(await sent("x".repeat(65))).toMatch(made);
  expect(await sent('"},{')).toMatch(made);
  for (const path of ["/nothing", "/trpc/nothing", "/v2/nothing", "/v2/locations"]) {
    const { headers } = await ask(path);
    expect(headers.get("x-request-id")).toMatch(made);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  }
});

test.each([
  ["no header", undefined],
  ["another scheme", "Basic dXNlcjpwYXNz"],
  ["no token", "Bearer "],
  ["two tokens", "Bearer one two"],
  ["an unknown token", "Bearer bincard_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
  ["a giant token", `Bearer ${"x".repeat(5_000)}`],
])("%s: 401 at both doors", async (_, authorization) => {
  const { app } = await openApp();
  const headers = authorization === undefined ? {} : { Authorization: authorization };
  const trpc = await app.fetch(request("/trpc/counts.list", { headers }));
  expect(trpc.status).toBe(401);
  expect(await trpc.json()).toHaveProperty("error.data.failures.0.code", "UNAUTHENTICATED");
  const square = await app.fetch(request("/v2/locations", { headers }));
  expect(square.status).toBe(401);
  expect(await square.json()).toHaveProperty("errors.0.category", "AUTHENTICATION_ERROR");
});

test("a stranger is told that first, whatever else is wrong", async () => {
  const { app } = await openApp();
  const body = "{".repeat(9_000_000);
  for (const headers of [{}, JSON_BODY, { "Content-Type": "text/csv" }]) {
    const answer = await app.fetch(request("/trpc/nothing", { method: "POST", headers, body }));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toHaveProperty("error.data.failures.0.code", "UNAUTHENTICATED");
  }
});

test("the scheme is read in any case", async () => {
  const { app, token } = await openApp();
  const headers = { Authorization: `bearer  ${token}` };
  expect((await app.fetch(request("/v2/locations", { headers }))).status).toBe(200);
});

test("a fault of ours is blanked in the answer and told in the log, at both doors", async () => {
  const { ask, database, logged } = await openApp();
  const [table] = await database.run(
    "select schemaname || '.' || tablename as name from pg_tables where tablename = 'locations'",
  );
  await database.run(`drop table ${String(table?.["name"])} cascade`);
  const trpc = await ask("/trpc/locations.list");
  expect(trpc.status).toBe(500);
  expect(await trpc.json()).toHaveProperty("error.data.failures", [
    { code: "INTERNAL", path: [], message: expect.stringMatching(/its log says why$/) },
  ]);
  expect(logged()).toMatch(/"operation":"locations.list".*a request failed/);
  const square = await ask("/v2/locations");
  expect(square.status).toBe(500);
  expect(await square.text()).not.toMatch(/relation|select/i);
  expect(logged().match(/does not exist/g)?.length).toBeGreaterThanOrEqual(2);
});

test("no token ever reaches the log", async () => {
  const { ask, logged, token } = await openApp();
  await ask("/v2/locations");
  await ask("/trpc/counts.list");
  await ask(`/trpc/tokens.current?access_token=${token}`);
  expect(logged()).toContain("answered");
  expect(logged()).not.toContain(token);
});
