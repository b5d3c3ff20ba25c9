import { LIMITS } from "@bincard/contracts";
import { describe, expect, test } from "vitest";
import { askingOf, calledIn } from "../src/trpc.ts";
import { openLimited } from "./open-limited.ts";

const NEVER = 0.001;
const READS = [
  "GET /trpc/counts.list",
  "POST /v2/inventory/counts/batch-retrieve",
  "GET /v2/locations",
];
const WRITES = [
  "POST /trpc/changes.create",
  "POST /v2/inventory/changes/batch-create",
  "POST /v2/catalog/batch-upsert",
  "POST /v2/locations",
];

const bodyFor = (asked: string) => (asked.startsWith("POST") ? { body: {} } : {});

describe("each token has its own reads and its own writes a second", () => {
  test("reads, at both doors", async () => {
    const reads = { perSecond: NEVER, burst: 3 };
    const { ask, newToken } = await openLimited({
      rateLimits: { reads, writes: undefined, strangers: undefined },
    });
    for (const asked of READS) expect((await ask(asked, bodyFor(asked))).status).toBe(200);
    const trpc = await ask("GET /trpc/counts.list");
    expect([trpc.status, trpc.headers.get("retry-after")]).toEqual([429, "1000"]);
    expect(await trpc.json()).toMatchObject({
      error: {
        data: {
          code: "TOO_MANY_REQUESTS",
          requestId: trpc.headers.get("x-request-id"),
          failures: [{ code: "RATE_LIMITED", path: [], retryAfterSeconds: 1_000 }],
        },
      },
    });
    const square = await ask("GET /v2/locations");
    expect([square.status, square.headers.get("retry-after")]).toEqual([429, "1000"]);
    expect(await square.json()).toMatchObject({
      errors: [{ category: "RATE_LIMIT_ERROR", code: "RATE_LIMITED" }],
    });
    // Writes and other tokens go on.
    expect((await ask("POST /trpc/changes.create", { body: {} })).status).toBe(400);
    const other = await newToken();
    expect((await ask("GET /v2/locations", { token: other })).status).toBe(200);
  });

  test.each(WRITES)("writes: %s", async (asked) => {
    const writes = { perSecond: NEVER, burst: 1 };
    const { ask } = await openLimited({
      rateLimits: { reads: undefined, writes, strangers: undefined },
    });
    expect((await ask(asked, { body: {} })).status).not.toBe(429);
    expect((await ask(asked, { body: {} })).status).toBe(429);
    expect((await ask("GET /v2/locations")).status).toBe(200);
  });

  test("what leads nowhere is a read", async () => {
    const reads = { perSecond: NEVER, burst: 1 };
    const limits = { rateLimits: { reads, writes: undefined, strangers: undefined } };
    for (const asked of ["GET /v2/nothing", "DELETE /v2/locations", "GET /trpc/no.such"]) {
      const { ask } = await openLimited(limits);
      expect([404, 405]).toContain((await ask(asked)).status);
      expect((await ask(asked)).status).toBe(429);
    }
  });

  test("a batch of tRPC calls counts each of them, however its commas are written", async () => {
    const reads = { perSecond: NEVER, burst: 10 };
    const { ask } = await openLimited({
      rateLimits: { reads, writes: undefined, strangers: undefined },
    });
    const five = Array.from({ length: 5 }, () => "locations.list").join(",");
    expect((await ask(`GET /trpc/${five}?batch=1&input={}`)).status).toBe(200);
    await ask(`GET /trpc/${encodeURIComponent(five)}?batch=1&input={}`);
    expect((await ask("GET /trpc/locations.list")).status).toBe(429);
  });

  test("a body counts by its size, and what follows pays for it", async () => {
    const writes = { perSecond: NEVER, burst: 5 };
    const limits = { rateLimits: { reads: undefined, writes, strangers: undefined } };
    for (const asked of ["POST /trpc/changes.create", "POST /v2/inventory/changes/batch-create"]) {
      const { ask } = await openLimited(limits);
      const large = { filler: "x".repeat(4 * LIMITS.bodyBytesPerWrite) };
      expect((await ask(asked, { body: large })).status).toBe(400);
      expect((await ask(asked, { body: {} })).status).toBe(429);
      // Bytes are counted, not characters.
      const wide = await openLimited(limits);
      const filler = "\u20ac".repeat(2 * LIMITS.bodyBytesPerWrite);
      expect((await wide.ask(asked, { body: { filler } })).status).toBe(400);
      expect((await wide.ask(asked, { body: {} })).status).toBe(429);
      const small = await openLimited(limits);
      for (let write = 0; write < 5; write++)
        expect((await small.ask(asked, { body: {} })).status).toBe(400);
      expect((await small.ask(asked, { body: {} })).status).toBe(429);
    }
  });
});

describe("strangers", () => {
  const guess = (at: number) => `bincard_${String(at).padStart(43, "A")}`;
  const strangers = { perSecond: NEVER, burst: 5 };
  const limits = { rateLimits: { reads: undefined, writes: undefined, strangers } };

  test("guessing tokens is bounded for each address, at every door", async () => {
    const { ask, token } = await openLimited(limits);
    const asked = ["GET /v2/locations", "GET /trpc/counts.list", "GET /metrics"];
    const statuses: number[] = [];
    for (let at = 0; at < 9; at++)
      statuses.push((await ask(asked[at % 3] ?? "", { token: guess(at) })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429]);
    // From then on not even a right guess is told from a wrong one, unless it was let in before.
    const right = await ask("GET /v2/locations", { token });
    expect([right.status, right.headers.get("retry-after")]).toEqual([429, "1000"]);
    expect((await ask("GET /v2/locations", { token: null })).status).toBe(429);
    expect((await ask("GET /v2/locations", { from: "192.0.2.2" })).status).toBe(200);
  });

  test("a network of one IPv6 customer is one address", async () => {
    const { ask } = await openLimited(limits);
    for (let at = 0; at < 5; at++)
      await ask("GET /v2/locations", { token: guess(at), from: `2001:db8::${at}` });
    expect((await ask("GET /v2/locations", { from: "2001:db8::ff" })).status).toBe(429);
    expect((await ask("GET /v2/locations", { from: "2001:db8:0:1::1" })).status).toBe(200);
  });

  test("who was let in from there before goes on being let in", async () => {
    const { ask, newToken } = await openLimited(limits);
    const till = await newToken();
    expect((await ask("GET /v2/locations", { token: till })).status).toBe(200);
    for (let at = 0; at < 9; at++) await ask("GET /v2/locations", { token: guess(at) });
    expect((await ask("GET /v2/locations", { token: guess(9) })).status).toBe(429);
    expect((await ask("GET /v2/locations", { token: till })).status).toBe(200);
  });

  test("those whose tokens are good have nothing to fear", async () => {
    const { ask } = await openLimited(limits);
    for (let at = 0; at < 50; at++) expect((await ask("GET /v2/locations")).status).toBe(200);
  });
});

test("health is never limited", async () => {
  const none = { perSecond: NEVER, burst: 1 };
  const { ask } = await openLimited({ rateLimits: { reads: none, writes: none, strangers: none } });
  for (let at = 0; at < 20; at++) {
    expect((await ask("GET /livez", { token: null })).status).toBe(200);
    expect((await ask("GET /readyz", { token: null })).status).toBe(200);
  }
});

test.each([
  ["/trpc/counts.list", { reads: 1, writes: 0 }],
  ["/trpc/changes.create", { reads: 0, writes: 1 }],
  ["/trpc/changes.create,counts.list,tokens.revoke?batch=1", { reads: 1, writes: 2 }],
  ["/trpc/changes.create%2Ccounts.list", { reads: 1, writes: 1 }],
  ["/trpc/%E0%A4%A", { reads: 1, writes: 0 }],
  ["/trpc/", { reads: 1, writes: 0 }],
])("%s asks for %j", (path, asking) => {
  expect(askingOf(calledIn(`http://bincard.test${path}`))).toEqual(asking);
});
