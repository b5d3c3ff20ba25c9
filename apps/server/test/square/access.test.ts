import { LIMITS } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  A,
  at,
  B,
  batch,
  BATCH_CHANGES,
  BATCH_COUNTS,
  BATCH_CREATE,
  openWorld,
  receive,
  textAt,
  type World,
} from "./world.ts";

let world: World;
let shop: string;
let tea: string;
beforeAll(async () => {
  world = await openWorld();
  shop = await world.newLocation("Shop");
  tea = await world.newVariation("Tea");
});
afterAll(async () => world.close());

describe("who is asking comes first", () => {
  test.each([
    ["no token", {}],
    ["another scheme", { Authorization: "Basic abc" }],
    ["an unknown token", { Authorization: `Bearer bincard_${"x".repeat(43)}` }],
  ])("%s: 401, even where there is nothing", async (_, headers) => {
    for (const path of ["/v2/locations", "/v2/nothing", "/v2/inventory/changes/batch-create"]) {
      const reply = await world.fetchRaw(path, { headers });
      expect(reply.status).toBe(401);
      expect(reply.headers.get("content-type")).toBe("application/json");
      expect(reply.headers.get("square-version")).toBe(A);
      expect(reply.body["errors"]).toEqual([
        expect.objectContaining({ category: "AUTHENTICATION_ERROR", code: "UNAUTHORIZED" }),
      ]);
    }
  });

  test("lacking a scope: 403, before the body is read", async () => {
    const reader = await world.newToken(["INVENTORY_READ"]);
    const reply = await world.ask(BATCH_CREATE, { token: reader, body: "no object at all" });
    expect(reply.status).toBe(403);
    expect(reply.body["errors"]).toEqual([
      expect.objectContaining({
        category: "AUTHENTICATION_ERROR",
        code: "INSUFFICIENT_SCOPES",
        detail: expect.stringContaining("INVENTORY_WRITE"),
      }),
    ]);
    expect((await world.ask(BATCH_COUNTS, { token: reader, body: {} })).status).toBe(200);
    expect((await world.ask("GET /v2/locations", { token: reader })).status).toBe(403);
    expect((await world.ask("GET /v2/catalog/list", { token: reader })).status).toBe(403);
  });
});

describe("another merchant's things are as absent as what never was (L11)", () => {
  test("objects, locations, changes", async () => {
    const stranger = await world.newToken(undefined, await world.newMerchant("Stranger"));
    const theirs = await world.newLocation("Theirs", stranger);
    const recorded = await world.ask(BATCH_CREATE, { body: batch(receive({ of: tea, at: shop })) });
    const id = textAt(recorded.body, "changes", 0, "adjustment", "id");
    for (const path of [
      `inventory/adjustments/${id}`,
      `inventory/${tea}`,
      `inventory/${tea}/changes`,
      `catalog/object/${tea}`,
      `locations/${shop}`,
    ])
      expect((await world.ask(`GET /v2/${path}`, { token: stranger })).status).toBe(404);
    const body = batch(receive({ of: tea, at: theirs }));
    const written = await world.ask(BATCH_CREATE, { token: stranger, body });
    expect(written.status).toBe(404);
    expect(at(written.body, "errors", 0, "field")).toBe("changes[0].adjustment.catalog_object_id");
    for (const listing of [BATCH_COUNTS, BATCH_CHANGES]) {
      const listed = await world.ask(listing, { token: stranger, body: {} });
      expect(Object.values(listed.body)).toEqual([[]]);
    }
  });
});

describe("the request as a message", () => {
  test("Square-Version is echoed on every answer; malformed is refused", async () => {
    const version = async (name: string, path = "GET /v2/locations") =>
      world.ask(path, { version: name });
    expect((await version(B)).headers.get("square-version")).toBe(B);
    expect((await version("2026-07-15", "GET /v2/x")).headers.get("square-version")).toBe(
      "2026-07-15",
    );
    const refused = await version("yesterday");
    expect(refused.status).toBe(400);
    expect(refused.headers.get("square-version")).toBe(A);
    expect(refused.body["errors"]).toEqual([
      expect.objectContaining({ code: "INVALID_SQUARE_VERSION_FORMAT" }),
    ]);
  });

  test.each([
    "GET /v2",
    "GET /v2/",
    "GET /v2/payments",
    "POST /v2/inventory/a/b/c",
    "GET /v2/inventory/adjustment-reasons",
    "POST /v2/inventory/adjustment-reasons/create",
    "PUT /v2/inventory/adjustments/update",
  ])("%s: 404 in Square's envelope", async (request) => {
    const reply = await world.ask(request, { version: B });
    expect(reply.status).toBe(404);
    expect(reply.headers.get("content-type")).toBe("application/json");
    expect(reply.body["errors"]).toEqual([
      expect.objectContaining({ category: "INVALID_REQUEST_ERROR", code: "NOT_FOUND" }),
    ]);
  });

  test.each([
    ["GET /v2/inventory/changes/batch-create", "POST"],
    ["GET /v2/inventory/batch-change", "POST"],
    ["DELETE /v2/locations", "GET, POST"],
    ["PATCH /v2/locations/L1", "GET, PUT"],
    ["POST /v2/inventory/V1", "GET"],
    ["PUT /v2/catalog/object/V1", "GET, DELETE"],
  ])("%s: 405, permitted are %s", async (request, permitted) => {
    const reply = await world.ask(request);
    expect(reply.status).toBe(405);
    expect(reply.headers.get("allow")).toBe(permitted);
    expect(at(reply.body, "errors", 0, "code")).toBe("METHOD_NOT_ALLOWED");
  });

  const post = async (body: string, type = "application/json") =>
    world.fetchRaw("/v2/inventory/counts/batch-retrieve", {
      method: "POST",
      headers: { Authorization: `Bearer ${world.token}`, "Content-Type": type },
      body,
    });

  test.each(["", "{", "[]", '"text"', "null", "NaN", '{"limit":1}}'])(
    "body %j: EXPECTED_JSON_BODY",
    async (body) => {
      const reply = await post(body);
      expect(reply.status).toBe(400);
      expect(reply.body["errors"]).toEqual([
        expect.objectContaining({ code: "EXPECTED_JSON_BODY" }),
      ]);
    },
  );

  test.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])(
    "content type %s: 415",
    async (type) => {
      const reply = await post("{}", type);
      expect(reply.status).toBe(415);
      expect(at(reply.body, "errors", 0, "code")).toBe("UNSUPPORTED_MEDIA_TYPE");
    },
  );

  test.each(["application/json; charset=utf-8", "Application/JSON", "application/vnd.x+json"])(
    "content type %s is JSON",
    async (type) => {
      expect((await post("{}", type)).status).toBe(200);
    },
  );

  test("a body above the limit: 413, and the server lives", async () => {
    const filler = " ".repeat(LIMITS.bodyBytes);
    const reply = await post(`{${filler}}`);
    expect(reply.status).toBe(413);
    expect(at(reply.body, "errors", 0, "code")).toBe("REQUEST_ENTITY_TOO_LARGE");
    expect((await post(`{${filler.slice(2)}}`)).status).toBe(200);
  });

  test("a body nested without end: refused, and the server lives", async () => {
    const deep = `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    const reply = await post(deep);
    expect(reply.status).toBe(400);
    expect(at(reply.body, "errors", 0, "code")).toBe("INVALID_VALUE");
    expect((await post("{}")).status).toBe(200);
  });
});
