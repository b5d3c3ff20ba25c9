import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { LIMITS, operations, parseOrRefuse } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Listening, listen } from "../src/listen.ts";
import { Reception } from "../src/reception.ts";
import { openDoors, SHOP, TEA } from "./doors.ts";

/**
 * The thin paths answer what the doors behind them answer: the same requests go to one server that has them and
 * to one that has not, over one ledger.
 */
let doors: Awaited<ReturnType<typeof openDoors>>;
let thin: Listening;
let ordinary: Listening;
let reader: string;

beforeAll(async () => {
  doors = await openDoors();
  await doors.furnish();
  const { app, ledger, token } = doors;
  thin = await listen(app, { host: "127.0.0.1", port: 0 });
  ordinary = await listen({ fetch: app.fetch }, { host: "127.0.0.1", port: 0 });
  const principal = await ledger.authenticate(token);
  const asked = {
    merchantId: principal.merchantId,
    scopes: ["INVENTORY_READ"],
    application: { name: "R" },
  };
  const made = await ledger.tokens.create(
    principal,
    parseOrRefuse(operations.tokens.create.input, asked),
  );
  reader = made.token;
});
afterAll(async () => {
  await Promise.all([thin.close(), ordinary.close()]);
  await doors.close();
});

const TRPC = "/trpc/changes.create";
const SQUARE = "/v2/inventory/changes/batch-create";
const WAS_SQUARE = "/v2/inventory/batch-change";

const said = { catalogObjectId: TEA, quantity: "1", fromState: "NONE", toState: "IN_STOCK" };
const sale = (more: object = {}) => ({
  type: "ADJUSTMENT",
  ...said,
  locationId: SHOP,
  occurredAt: new Date().toISOString(),
  ...more,
});
const wireSale = (more: object = {}) => ({
  type: "ADJUSTMENT",
  adjustment: {
    catalog_object_id: TEA,
    location_id: SHOP,
    quantity: "1",
    from_state: "NONE",
    to_state: "IN_STOCK",
    occurred_at: new Date().toISOString(),
    ...more,
  },
});
const batch = (...changes: object[]) => ({ idempotencyKey: randomUUID(), changes });
const wireBatch = (...changes: object[]) => ({ idempotency_key: randomUUID(), changes });

interface Case {
  readonly name: string;
  readonly path: string;
  /** Made anew for each server, so that both do the work. */
  readonly body: () => string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: () => string;
  readonly status: number;
}

const json = (make: () => unknown) => () => JSON.stringify(make());
const CASES: readonly Case[] = [
  { name: "a change", path: TRPC, body: json(() => batch(sale())), status: 200 },
  { name: "a change", path: SQUARE, body: json(() => wireBatch(wireSale())), status: 200 },
  { name: "a change", path: WAS_SQUARE, body: json(() => wireBatch(wireSale())), status: 200 },
  {
    name: "a change in dialect B",
    path: SQUARE,
    headers: { "Square-Version": "2026-09-16" },
    body: json(() => wireBatch(wireSale())),
    status: 200,
  },
  {
    name: "an unreadable version",
    path: SQUARE,
    headers: { "Square-Version": "now" },
    body: json(() => wireBatch(wireSale())),
    status: 400,
  },
  ...[TRPC, SQUARE].flatMap((path): Case[] => [
    { name: "no body", path, body: () => "", status: 400 },
    { name: "no JSON", path, body: () => "{", status: 400 },
    { name: "null", path, body: () => "null", status: 400 },
    { name: "a list", path, body: () => "[]", status: 400 },
    { name: "nothing in it", path, body: () => "{}", status: 400 },
    { name: "too deep", path, body: () => "[".repeat(200), status: 400 },
    { name: "an unknown field", path, body: () => '{"more":1,"__proto__":{}}', status: 400 },
    { name: "no token", path, body: () => "{}", token: () => "", status: 401 },
    { name: "an unknown token", path, body: () => "{}", token: () => "wrong", status: 401 },
    { name: "a token that may not", path, body: () => "{", token: () => reader, status: 403 },
    {
      name: "another content type",
      path,
      body: () => "{}",
      headers: { "Content-Type": "text/plain" },
      status: 415,
    },
    {
      name: "a name for the request",
      path,
      body: () => "{}",
      headers: { "X-Request-Id": "till-7" },
      status: 400,
    },
  ]),
  {
    name: "an unknown object",
    path: TRPC,
    body: json(() => batch(sale({ catalogObjectId: "NONE" }), sale({ locationId: "NOWHERE" }))),
    status: 404,
  },
  {
    name: "an unknown object",
    path: SQUARE,
    body: json(() => wireBatch(wireSale({ catalog_object_id: "NONE" }))),
    status: 404,
  },
  {
    name: "wrong fields",
    path: TRPC,
    body: json(() => batch(sale({ quantity: "x", occurredAt: "now" }), sale({ toState: "LOST" }))),
    status: 400,
  },
  {
    name: "wrong fields",
    path: SQUARE,
    body: json(() => wireBatch(wireSale({ quantity: "x" }), wireSale({ to_state: "LOST" }))),
    status: 400,
  },
  {
    name: "text beyond ASCII",
    path: TRPC,
    body: json(() => batch(sale({ referenceId: "Größe ✓ 😀" }))),
    status: 200,
  },
];

/** What differs between two answers to two requests that say the same. */
const VOLATILE = new Set(["date", "x-request-id", "content-length", "connection", "keep-alive"]);

async function answerOf({ url }: Listening, { path, body, headers, token }: Case) {
  const answer = await fetch(url + path, {
    method: "POST",
    body: body(),
    headers: {
      "Content-Type": "application/json",
      Authorization: `Bearer ${(token ?? (() => doors.token))()}`,
      ...headers,
    },
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: [...answer.headers]
      .filter(([name]) => !VOLATILE.has(name))
      .map(([name, value]) => [name, name === "bincard-position" ? "a position" : value]),
    named: answer.headers.get("x-request-id") === "till-7",
    body: text
      .replaceAll(
        /"(requestId|id|createdAt|created_at|calculatedAt|calculated_at)":"[^"]*"/g,
        '"$1"',
      )
      .replaceAll(/"(occurredAt|occurred_at|idempotencyKey)":"[^"]*"/g, '"$1"')
      .replaceAll(/"position":\d+/g, '"position"')
      .replaceAll(/"quantity":"\d+"/g, '"quantity"'),
  };
}

describe("L13: a thin path answers what its door answers", () => {
  test.each(CASES)("$path: $name ($status)", async (each) => {
    const expected = await answerOf(ordinary, each);
    const found = await answerOf(thin, each);
    expect(expected.status).toBe(each.status);
    expect(found).toEqual(expected);
  });
});

describe("L6: a key is one key, whichever way its retry comes", () => {
  test.each([
    [TRPC, () => JSON.stringify(batch(sale()))],
    [SQUARE, () => JSON.stringify(wireBatch(wireSale()))],
  ])("%s", async (path, body) => {
    const said = body();
    const asked = { name: "", path, body: () => said, status: 200 };
    const [first, second] = [await answerOf(thin, asked), await answerOf(ordinary, asked)];
    expect(second.body.replace('"replayed":true', '"replayed":false')).toBe(first.body);
    const kept = await doors.ledger.ledger.verify(await doors.ledger.authenticate(doors.token), {});
    expect(kept.findings).toEqual([]);
  });
});

test("a body beyond the limit is refused before it is read", async () => {
  const headers = { "Content-Length": String(LIMITS.bodyBytes + 1) };
  const { hostname, port } = new URL(thin.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST ${TRPC} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer ${doors.token}\r\nContent-Length: ${headers["Content-Length"]}\r\n\r\n`,
  );
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toContain("413");
  socket.destroy();
});

test("beside others a large body waits for its share before it is read, and a small one does not", async () => {
  const reception = new Reception({ ledger: doors.ledger });
  const someone = await doors.ledger.authenticate(doors.token);
  const asks = (merchantId: string, length?: number) => {
    const visit = reception.arrive({ sentId: undefined, address: () => "127.0.0.1" });
    return reception.share(visit, { ...someone, merchantId }, length?.toString());
  };
  expect(asks("quiet")).toBeUndefined();
  expect(asks("loud", 200_000)).toBeUndefined();
  const second = asks("loud", 200_000);
  expect(reception.fairShare.waiting).toBe(1);
  expect(asks("quiet", 200)).toBeUndefined();
  await second;
  expect(reception.fairShare.waiting).toBe(0);
});
