import { type FailureCode, LIMITS } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  batchOf,
  categoriesIn,
  type Doors,
  errorsIn,
  failuresIn,
  jsonOf,
  ON_HAND,
  openDoors,
  type RawRequest,
  receipt,
  resultOf,
  withoutTrace,
} from "./doors.ts";
import { JSON_BODY } from "./open-app.ts";
import { at, BATCH_COUNTS, BATCH_CREATE, textAt } from "./square/world.ts";
import { wireBatch } from "./wire-words.ts";

/** What is wrong before anything of the batch is looked at: the message, the way, the token. */
let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.furnish();
  resultOf(await doors.ask.trpc(batchOf(receipt(doors, { quantity: ON_HAND }))));
});
afterAll(async () => doors.close());

const CREATE = "POST /trpc/changes.create";

interface Expected {
  readonly trpc: readonly [status: number, code: FailureCode, path?: string];
  readonly square: readonly [status: number, code: string, field?: string];
}

/** The same message to both doors, in this order. */
async function refused(
  message: (door: "trpc" | "square") => RawRequest,
  { trpc, square }: Expected,
  [askTrpc, askSquare] = [CREATE, BATCH_CREATE],
) {
  await withoutTrace(doors, async () => {
    const [status, code, path = ""] = trpc;
    const atTrpc = await doors.raw(askTrpc, message("trpc"));
    expect([atTrpc.status, failuresIn(atTrpc)]).toEqual([status, [[code, path]]]);
    expect(atTrpc.headers.get("content-type")).toContain("application/json");
    const [squareStatus, squareCode, field = ""] = square;
    const atSquare = await doors.raw(askSquare, message("square"));
    expect([atSquare.status, errorsIn(atSquare)]).toEqual([squareStatus, [[squareCode, field]]]);
    expect(categoriesIn(atSquare)).toEqual([
      squareStatus === 401 || squareStatus === 403
        ? "AUTHENTICATION_ERROR"
        : "INVALID_REQUEST_ERROR",
    ]);
  });
}

const MALFORMED: Expected = { trpc: [400, "MALFORMED_JSON"], square: [400, "EXPECTED_JSON_BODY"] };
/** A batch that either door would take. */
const good = (door: "trpc" | "square") => {
  const batch = batchOf(receipt(doors));
  return JSON.stringify(door === "trpc" ? batch : wireBatch(batch));
};
const json = (body: string) => ({ body, headers: JSON_BODY });

describe("bodies", () => {
  test.each([
    ["an open brace", "{"],
    ["single quotes", "{'changes':[]}"],
    ["NaN", '{"changes":NaN}'],
    ["a trailing comma", '{"changes":[],}'],
    ["more than one value", "{}{}"],
    ["a NUL character", "\0"],
    ["a NUL character after the end", "{}\0"],
    ["a bare NUL character in a text", '{"idempotencyKey":"\0"}'],
    ["HTML", "<!doctype html>"],
  ])("%s is no JSON", async (_, body) => {
    await refused(() => json(body), MALFORMED);
  });

  test("a batch that was cut off, or goes on", async () => {
    await refused((door) => json(good(door).slice(0, -1)), MALFORMED);
    await refused((door) => json(`${good(door)}]`), MALFORMED);
  });

  test("bytes that are not UTF-8", async () => {
    const bytes = (text: string) => Buffer.from(text.replace("-", "\u00ff"), "latin1");
    await refused((door) => ({ body: streamOf(bytes(good(door))), headers: JSON_BODY }), MALFORMED);
    const cut = Buffer.from([0x22, 0xe2, 0x82]);
    await refused(() => ({ body: streamOf(cut), headers: JSON_BODY }), MALFORMED);
  });

  test.each(["[]", '"text"', "null", "7", "true"])("%s is no object", async (body) => {
    const { square } = MALFORMED;
    await refused(() => json(body), { trpc: [400, "WRONG_TYPE"], square });
  });

  test.each([
    "text/plain",
    "text/csv",
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "application/jsonp",
    "json",
    "",
  ])("content type %j", async (type) => {
    await refused((door) => ({ body: good(door), headers: { "Content-Type": type } }), {
      trpc: [415, "UNSUPPORTED_MEDIA_TYPE"],
      square: [415, "UNSUPPORTED_MEDIA_TYPE"],
    });
    // Refused before the call was looked for, it still says which one, and what the log calls the request.
    const headers = { "Content-Type": type };
    const reply = await doors.raw(CREATE, { body: good("trpc"), headers });
    expect(jsonOf(reply)).toMatchObject({
      error: { data: { path: "changes.create", requestId: reply.headers.get("x-request-id") } },
    });
  });

  test("50 MB in a stream: read to the limit and no further", async () => {
    const pulled = { trpc: 0, square: 0 };
    await refused(
      (door) => ({
        headers: JSON_BODY,
        body: spaces(50_000_000, (bytes) => (pulled[door] += bytes)),
      }),
      { trpc: [413, "BODY_TOO_LARGE"], square: [413, "REQUEST_ENTITY_TOO_LARGE"] },
    );
    for (const bytes of Object.values(pulled)) {
      expect(bytes).toBeGreaterThan(LIMITS.bodyBytes);
      expect(bytes).toBeLessThan(LIMITS.bodyBytes + 1_000_000);
    }
  });

  test("a length that says 50 MB is believed", async () => {
    const headers = { ...JSON_BODY, "Content-Length": "50000000" };
    await refused((door) => ({ headers, body: good(door) }), {
      trpc: [413, "BODY_TOO_LARGE"],
      square: [413, "REQUEST_ENTITY_TOO_LARGE"],
    });
  });

  test.each([
    ["lists", "[", "]"],
    ["objects", '{"a":', "}"],
  ])("%s in one another, half a million deep", async (_, open, close) => {
    const deep = `${open.repeat(500_000)}1${close.repeat(500_000)}`;
    const key = { trpc: "idempotencyKey", square: "idempotency_key" } as const;
    await refused((door) => json(`{"${key[door]}":"k","changes":[${deep}]}`), {
      trpc: [400, "INVALID_VALUE"],
      square: [400, "INVALID_VALUE"],
    });
  });

  test("four million faults in one list are one fault", async () => {
    const many = `[${"0,".repeat(3_900_000)}0]`;
    await refused(
      (door) => json(`{"${door === "trpc" ? "catalogObjectIds" : "catalog_object_ids"}":${many}}`),
      {
        trpc: [400, "TOO_MANY", "catalogObjectIds"],
        square: [400, "ARRAY_LENGTH_TOO_LONG", "catalog_object_ids"],
      },
      ["POST /trpc/counts.list", BATCH_COUNTS],
    );
  });

  test("half a million unknown fields: a thousand of them are named", async () => {
    const names = Array.from({ length: 500_000 }, (_, at) => `"a${at}":0`).join(",");
    await withoutTrace(doors, async () => {
      const trpc = failuresIn(await doors.raw(CREATE, json(`{${names}}`)));
      const square = errorsIn(await doors.raw(BATCH_CREATE, json(`{${names}}`)));
      expect([trpc.length, trpc[0]]).toEqual([LIMITS.failuresPerRefusal, ["UNKNOWN_FIELD", "a0"]]);
      expect([square.length, square[0]]).toEqual([
        LIMITS.failuresPerRefusal,
        ["UNKNOWN_BODY_PARAMETER", "a0"],
      ]);
    });
  });

  test("a hundred changes of a thousand unknown fields each, as well", async () => {
    const names = Array.from({ length: 1_000 }, (_, at) => [`a${at}`, 0]);
    const changes = Array.from({ length: 100 }, () => receipt(doors, Object.fromEntries(names)));
    await withoutTrace(doors, async () => {
      const trpc = failuresIn(await doors.ask.trpc(batchOf(...changes)));
      const square = errorsIn(await doors.ask.square(batchOf(...changes)));
      expect([trpc.length, square.length]).toEqual(Array(2).fill(LIMITS.failuresPerRefusal));
      expect([trpc[0], square[0]]).toEqual([
        ["UNKNOWN_FIELD", "changes[0].a0"],
        ["UNKNOWN_BODY_PARAMETER", "changes[0].adjustment.a0"],
      ]);
    });
  });
});

describe("ways that lead nowhere", () => {
  const unknown: Expected = { trpc: [404, "UNKNOWN_OPERATION"], square: [404, "NOT_FOUND"] };
  const wrong: Expected = {
    trpc: [405, "METHOD_NOT_ALLOWED"],
    square: [405, "METHOD_NOT_ALLOWED"],
  };

  test.each([
    ["POST /trpc/changes.destroy", "POST /v2/inventory/changes/batch-destroy"],
    ["POST /trpc/changes", "POST /v2/inventory"],
    ["POST /trpc/changes.create.again", "POST /v2/inventory/changes/batch-create/again"],
    ["POST /trpc/__proto__", "POST /v2/__proto__"],
    ["POST /trpc/changes.__proto__", "POST /v2/inventory/changes/__proto__"],
    ["POST /trpc/changes.constructor", "POST /v2/constructor/changes"],
    ["POST /trpc/toString.call", "POST /v2/toString"],
    ["POST /trpc/", "POST /v2/"],
    ["POST /trpc/changes.create%00", "POST /v2/inventory/changes/batch-create%00"],
    ["POST /trpc/%E0%A4%A", "POST /v2/%E0%A4%A"],
    ["POST /trpc/CHANGES.CREATE", "POST /v2/INVENTORY/changes/batch-create"],
  ])("%s, %s", async (trpc, square) => {
    await refused((door) => json(good(door)), unknown, [trpc, square]);
  });

  test.each(["GET", "DELETE", "PUT", "PATCH", "OPTIONS"])("%s for POST", async (method) => {
    const inPlaceOf = (way: string) => way.replace("POST", method);
    await refused((door) => (method === "GET" ? {} : json(good(door))), wrong, [
      inPlaceOf(CREATE),
      inPlaceOf(BATCH_CREATE),
    ]);
  });

  test("what tRPC's own parameters say wrongly", async () => {
    await withoutTrace(doors, async () => {
      for (const [asked, status, code] of [
        ["GET /trpc/counts.list?input=%7B", 400, "MALFORMED_JSON"],
        ["GET /trpc/counts.list?input=7", 400, "WRONG_TYPE"],
        ["GET /trpc/counts.list?connectionParams=%7B", 400, "MALFORMED_JSON"],
        ["GET /trpc/counts.list?connectionParams=7", 400, "MALFORMED_JSON"],
        ["GET /trpc/changes.create,counts.list?batch=1", 400, "INVALID_VALUE"],
      ] as const) {
        const reply = await doors.raw(asked);
        const [first] = failuresIn(reply);
        expect([asked, reply.status, first?.[0]]).toEqual([asked, status, code]);
      }
      const inList = await doors.raw("GET /trpc/counts.list?batch=1&input=7");
      expect([inList.status, at(jsonOf(inList), 0, "error", "data", "code")]).toEqual([
        400,
        "BAD_REQUEST",
      ]);
    });
  });

  test("what Square's own parameters say wrongly", async () => {
    const body = wireBatch(batchOf(receipt(doors)));
    await withoutTrace(doors, async () => {
      for (const version of ["yesterday", "2026-02-30", "2026", "9999-99-99"]) {
        const reply = await doors.square(BATCH_CREATE, body, { version });
        expect([reply.status, errorsIn(reply)]).toEqual([
          400,
          [["INVALID_SQUARE_VERSION_FORMAT", ""]],
        ]);
      }
      const asked = await doors.square(`${BATCH_CREATE}?dry_run=true`, body);
      expect([asked.status, errorsIn(asked)]).toEqual([
        400,
        [["UNKNOWN_QUERY_PARAMETER", "dry_run"]],
      ]);
    });
  });
});

describe("tokens", () => {
  const asked = (token: string | null, headers = {}) => {
    return (door: "trpc" | "square") => ({
      body: good(door),
      headers: { ...JSON_BODY, ...headers },
      token,
    });
  };
  const stranger: Expected = { trpc: [401, "UNAUTHENTICATED"], square: [401, "UNAUTHORIZED"] };

  test("none", async () => {
    await refused(asked(null), stranger);
  });

  test.each([
    ["of another scheme", "Basic cm9vdDpyb290"],
    ["of no scheme", "bincard_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["unknown", "Bearer bincard_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["empty", "Bearer "],
    ["two of them", "Bearer one two"],
    ["beyond ASCII", "Bearer bincard_\u00ff"],
    ["a giant", `Bearer ${"x".repeat(100_000)}`],
    ["a statement", "Bearer ';drop/**/table/**/bincard.tokens;--"],
  ])("%s", async (_, Authorization) => {
    await refused(asked(null, { Authorization }), stranger);
  });

  test("one letter off", async () => {
    const last = doors.token.endsWith("A") ? "B" : "A";
    await refused(asked(doors.token.slice(0, -1) + last), stranger);
    await refused(asked(doors.token.toUpperCase()), stranger);
    await refused(asked(`${doors.token}A`), stranger);
  });

  test("expired", async () => {
    const expiresAt = doors.secondsAgo(-3_600);
    const application = { name: "Till" };
    const scopes = ["INVENTORY_WRITE"];
    const made = resultOf(await doors.trpc("tokens.create", { application, scopes, expiresAt }));
    const token = textAt(made, "token");
    resultOf(await doors.ask.trpc(batchOf(receipt(doors, { quantity: "0.5" })), token));
    resultOf(await doors.ask.trpc(batchOf(receipt(doors, { ...BACK, quantity: "0.5" })), token));
    doors.passSeconds(3_601);
    await refused(asked(token), {
      trpc: [401, "TOKEN_EXPIRED"],
      square: [401, "ACCESS_TOKEN_EXPIRED"],
    });
  });
  const BACK = { fromState: "IN_STOCK", toState: "WASTE" };

  test("revoked", async () => {
    const application = { name: "Till" };
    const scopes = ["INVENTORY_READ", "INVENTORY_WRITE"];
    const made = resultOf(await doors.trpc("tokens.create", { application, scopes }));
    const token = textAt(made, "token");
    resultOf(await doors.trpc("counts.list", {}, token));
    resultOf(await doors.trpc("tokens.revoke", { id: textAt(made, "info", "id") }));
    await refused(asked(token), {
      trpc: [401, "TOKEN_REVOKED"],
      square: [401, "ACCESS_TOKEN_REVOKED"],
    });
  });

  test("without the scope", async () => {
    const token = await doors.newToken(["INVENTORY_READ", "INVENTORY_BACKDATE", "ITEMS_WRITE"]);
    const lacking: Expected = {
      trpc: [403, "INSUFFICIENT_SCOPE"],
      square: [403, "INSUFFICIENT_SCOPES"],
    };
    await refused(asked(token), lacking);
    // It is said before anything of the body is.
    await refused(() => ({ ...json("{"), token }), lacking);
  });
});

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** So many bytes of white space, made as they are asked for. */
function spaces(total: number, onPull: (bytes: number) => void): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(64 * 1_024).fill(0x20);
  let left = total;
  return new ReadableStream({
    pull(controller) {
      const bytes = Math.min(left, chunk.length);
      left -= bytes;
      onPull(bytes);
      if (bytes > 0) controller.enqueue(chunk.subarray(0, bytes));
      if (left === 0) controller.close();
    },
  });
}
