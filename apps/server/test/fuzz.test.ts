import { migrate } from "@bincard/core";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { complaints } from "../fuzz/conformance.ts";
import { anyRequest } from "../fuzz/requests.ts";
import { trial } from "../fuzz/run.ts";
import { anyRawTrial, rawTrial } from "../fuzz/socket.ts";
import { openStage, type Scene, type Stage } from "../fuzz/stage.ts";
import { createApp } from "../src/app.ts";
import { Gate } from "../src/gate.ts";
import { listen } from "../src/listen.ts";
import { Reception } from "../src/reception.ts";

/** The same requests every time: what is new is for the long run, `pnpm --filter @bincard/server fuzz`. */
const SEED = 20_261_122;

let stage: Stage;
let scene: Scene;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await testDatabase();
  drop = database.drop;
  await migrate(database.url);
  stage = await openStage(database.url);
  scene = await stage.newScene();
});
afterAll(async () => {
  await stage.close();
  await drop();
});

test("whatever is asked, the answer is one that the document has", async () => {
  const statuses = new Map<number | undefined, number>();
  await fc.assert(
    fc.asyncProperty(anyRequest, async (made) => {
      const { status, finding } = await trial(made, { app: stage.app, scene });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      expect(finding).toBeUndefined();
    }),
    { seed: SEED, numRuns: 2_000 },
  );
  // It is no trial if nothing gets through, or if everything does.
  expect(statuses.get(200)).toBeGreaterThan(400);
  expect(statuses.get(400)).toBeGreaterThan(500);
  expect(await scene.findings()).toEqual([]);
});

test("who is asked to come again later is told so as documented, and when", async () => {
  const once = { perSecond: 0.001, burst: 1 };
  const { ledger } = stage;
  const rateLimits = { reads: once, writes: once, strangers: once };
  const busy = createApp({ ledger, reception: new Reception({ ledger, rateLimits }) });
  const starting = createApp({ ledger: new Gate() });
  const requests = fc
    .sample(anyRequest, { seed: SEED, numRuns: 400 })
    .filter((made) => made.sound && made.asker === "all" && /\/(?:trpc|v2)\//.test(made.path));
  const answers = await Promise.all(
    requests.flatMap((made) => [busy, starting].map(async (app) => trial(made, { app, scene }))),
  );
  const times = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect(times(429)).toBeGreaterThan(100);
  expect(times(503)).toBe(requests.length);
  // That the server could not serve is what was wanted here; the judge says nothing else.
  const complained = answers.flatMap(({ finding }) => finding?.complaints ?? []);
  expect(new Set(complained)).toEqual(new Set(["status 503"]));
});

test("whatever comes over a socket, the server goes on", async () => {
  const server = await listen(stage.app, { host: "127.0.0.1", port: 0 });
  const port = Number(new URL(server.url).port);
  const trials = fc.sample(anyRawTrial, { seed: SEED, numRuns: 200 });
  const outcomes = await Promise.all(trials.map(async (raw) => rawTrial(raw, port)));
  expect(outcomes.filter(({ complaint }) => complaint !== undefined)).toEqual([]);
  const lives = await fetch(`${server.url}/livez`);
  expect(lives.status).toBe(200);
  await server.close();
});

/** The judge itself: an answer that is sound, and what it says once one thing about it is not. */
test("an answer that is not as documented is found", () => {
  const headers = {
    "Content-Type": "application/json",
    "X-Request-Id": "one",
    "X-Content-Type-Options": "nosniff",
  };
  const answered = (status: number, body: unknown, more: Record<string, string> = {}) =>
    complaints({
      method: "GET",
      url: new URL("http://bincard.test/trpc/counts.list"),
      status,
      headers: new Headers({ ...headers, ...more }),
      text: JSON.stringify(body),
    });
  const count = {
    catalogObjectId: "TEA",
    catalogObjectType: "ITEM_VARIATION",
    locationId: "SHOP",
    state: "IN_STOCK",
    quantity: "1.5",
    calculatedAt: "2026-11-22T09:30:00Z",
  };
  const page = (...counts: unknown[]) => ({ result: { data: { counts } } });
  expect(answered(200, page(count))).toEqual([]);
  for (const wrong of [
    { ...count, quantity: 1.5 },
    { ...count, quantity: "1.50" },
    { ...count, calculatedAt: "today" },
    { ...count, secret: "x" },
    { ...count, state: "LOST" },
  ])
    expect(answered(200, page(wrong))).toHaveLength(1);
  expect(answered(200, page(count), { "X-Request-Id": "" })).toEqual(["no X-Request-Id"]);
  expect(answered(503, {})).toContain('Retry-After ""');
  expect(answered(500, {})).toContain("status 500");
  expect(answered(418, {})).toHaveLength(1);
  const failure = { code: "TOO_LOW", message: "must be at least 1", path: ["limit"] };
  const refusal = (...failures: unknown[]) => ({
    error: {
      message: "no",
      code: -32_600,
      data: { code: "BAD_REQUEST", httpStatus: 400, path: "counts.list", failures },
    },
  });
  expect(answered(400, refusal(failure))).toEqual([]);
  expect(answered(400, refusal({ ...failure, path: [] }))).toEqual(["TOO_LOW without a path"]);
  expect(answered(400, refusal({ ...failure, code: "NOT_FOUND" }))).toHaveLength(1);
  expect(answered(400, refusal(failure, { ...failure, code: "UNKNOWN_FIELD" }))).toEqual([
    "failures out of precedence",
  ]);
  expect(answered(404, refusal(failure))).toHaveLength(1);
});
