import { parseTime } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  at,
  B,
  batch,
  BATCH_CHANGES,
  BATCH_COUNTS,
  BATCH_CREATE,
  count,
  listAt,
  minutesAgo,
  openWorld,
  receive,
  sell,
  textAt,
  waste,
  type World,
} from "./world.ts";

let world: World;
let shop: string;
let cellar: string;
let tea: string;
let rice: string;
beforeAll(async () => {
  world = await openWorld();
  shop = await world.newLocation("Shop");
  cellar = await world.newLocation("Cellar");
  tea = await world.newVariation("Tea");
  rice = await world.newVariation("Rice");
  for (const change of [
    receive({ of: tea, at: shop, quantity: "10", ago: 50 }),
    waste({ of: tea, at: shop, quantity: "1", ago: 40 }),
    count({ of: tea, at: cellar, quantity: "6", ago: 45 }),
    sell({ of: rice, at: shop, quantity: "2", ago: 30 }),
  ])
    await world.ask(BATCH_CREATE, { body: batch(change) });
});
afterAll(async () => world.close());

const list = async (request: string, body: object, version = B) =>
  world.ask(request, { body, version });
const ids = (changes: unknown[]) =>
  changes.map((change) => at(change, String(at(change, "type")).toLowerCase(), "quantity"));

describe("counts/batch-retrieve", () => {
  test("no filter lists the account, newest calculated_at first", async () => {
    const { body } = await list(BATCH_COUNTS, {});
    const rows = listAt(body, "counts").map((row) => [
      at(row, "catalog_object_id"),
      at(row, "location_id"),
      at(row, "state"),
      at(row, "quantity"),
    ]);
    expect(rows[0]).toEqual([rice, shop, "IN_STOCK", "-2"]);
    expect(rows[1]).toEqual([tea, cellar, "IN_STOCK", "6"]);
    expect(rows).toHaveLength(4);
    expect(body).not.toHaveProperty("cursor");
  });

  test("filters; empty ones and nulls do not count, untracked states are ignored", async () => {
    const rows = async (body: object) => listAt((await list(BATCH_COUNTS, body)).body, "counts");
    expect(await rows({ catalog_object_ids: [tea], location_ids: [shop] })).toHaveLength(2);
    expect(await rows({ states: ["WASTE"] })).toHaveLength(1);
    expect(await rows({ states: ["WASTE", "SOLD", "NONE"] })).toHaveLength(1);
    expect(await rows({ catalog_object_ids: [], states: [], location_ids: null })).toHaveLength(4);
    expect(await rows({ catalog_object_ids: ["NOTHING"] })).toHaveLength(0);
  });

  test("updated_after is the receipt of the last change, exclusive", async () => {
    const all = await list(BATCH_COUNTS, {});
    const newest = textAt(all.body, "counts", 0, "calculated_at");
    const before = textAt(all.body, "counts", 1, "calculated_at");
    expect((await list(BATCH_COUNTS, { updated_after: newest })).body["counts"]).toEqual([]);
    expect((await list(BATCH_COUNTS, { updated_after: before })).body["counts"]).toEqual([
      at(all.body, "counts", 0),
    ]);
  });

  test("pages repeat nothing and skip nothing", async () => {
    const all = listAt((await list(BATCH_COUNTS, {})).body, "counts");
    const read: unknown[] = [];
    let cursor: unknown = "";
    do {
      const page = await list(BATCH_COUNTS, { limit: 1, cursor });
      expect(page.status).toBe(200);
      read.push(...listAt(page.body, "counts"));
      cursor = page.body["cursor"];
    } while (cursor !== undefined);
    expect(read).toEqual(all);
  });

  test("the old path is the same", async () => {
    const old = await list("POST /v2/inventory/batch-retrieve-counts", {});
    expect(old.body).toEqual((await list(BATCH_COUNTS, {})).body);
  });
});

describe("changes/batch-retrieve", () => {
  test("oldest occurred_at first; sort turns it round", async () => {
    const forth = listAt((await list(BATCH_CHANGES, {})).body, "changes");
    expect(forth.map((change) => at(change, "type"))).toEqual([
      "ADJUSTMENT",
      "PHYSICAL_COUNT",
      "ADJUSTMENT",
      "ADJUSTMENT",
    ]);
    const sort = { field: "OCCURRED_AT", order: "DESC" };
    const back = listAt((await list(BATCH_CHANGES, { sort })).body, "changes");
    expect(back).toEqual(forth.toReversed());
  });

  test("filters", async () => {
    const rows = async (body: object) => listAt((await list(BATCH_CHANGES, body)).body, "changes");
    expect(await rows({ catalog_object_ids: [rice] })).toHaveLength(1);
    expect(await rows({ location_ids: [cellar] })).toHaveLength(1);
    expect(await rows({ types: ["PHYSICAL_COUNT"] })).toHaveLength(1);
    expect(await rows({ types: [], reason_ids: [] })).toHaveLength(4);
    // States choose among adjustments only; the physical count stays.
    expect(await rows({ states: ["WASTE"] })).toHaveLength(2);
    expect(await rows({ states: ["SOLD"], types: ["ADJUSTMENT"] })).toHaveLength(1);
  });

  test("updated_after and updated_before bound the receipt, both exclusive", async () => {
    const all = listAt((await list(BATCH_CHANGES, {})).body, "changes");
    const received = (change: unknown) =>
      textAt(change, textAt(change, "type").toLowerCase(), "created_at");
    const micros = (change: unknown) => parseTime(received(change)) ?? 0;
    const inOrder = all.toSorted((a, b) => micros(a) - micros(b));
    const [first, , third] = inOrder.map(received);
    const body = { updated_after: first, updated_before: third };
    expect((await list(BATCH_CHANGES, body)).body["changes"]).toEqual([inOrder[1]]);
    const refused = await list(BATCH_CHANGES, { updated_after: third, updated_before: first });
    expect(refused.body["errors"]).toEqual([
      expect.objectContaining({
        code: "INVALID_TIME_RANGE",
        field: "updated_before",
        detail: expect.stringContaining("updated_after"),
      }),
    ]);
  });

  test("reasons are not kept, and asking for one says so", async () => {
    const refused = await list(BATCH_CHANGES, { reason_ids: [{ type: "THEFT" }] });
    expect(refused.status).toBe(400);
    expect(at(refused.body, "errors", 0)).toMatchObject({
      code: "INVALID_VALUE",
      field: "reason_ids",
    });
  });

  test("the old path is the same", async () => {
    const old = await list("POST /v2/inventory/batch-retrieve-changes", {});
    expect(old.body).toEqual((await list(BATCH_CHANGES, {})).body);
  });
});

describe("the listings of one object", () => {
  const get = async (path: string) => world.ask(`GET /v2/inventory/${path}`, { version: B });

  test("its counts everywhere, or at the locations named either way", async () => {
    expect((await get(tea)).body["counts"]).toHaveLength(3);
    expect((await get(`${tea}?location_ids=`)).body["counts"]).toHaveLength(3);
    expect((await get(`${tea}?location_ids=${cellar}`)).body["counts"]).toHaveLength(1);
    expect((await get(`${tea}?location_ids=${shop}%2C${cellar}&`)).body["counts"]).toHaveLength(3);
    expect((await get(`${tea}?location_id=${shop}`)).body["counts"]).toHaveLength(2);
  });

  test("its changes, newest occurred_at first", async () => {
    const { body } = await get(`${tea}/changes`);
    expect(ids(listAt(body, "changes")).slice(0, 1)).toEqual(["1"]);
    expect(listAt(body, "changes").map((change) => at(change, "type"))).toEqual([
      "ADJUSTMENT",
      "PHYSICAL_COUNT",
      "ADJUSTMENT",
    ]);
    expect((await get(`${tea}/changes?location_id=${cellar}`)).body["changes"]).toHaveLength(1);
    expect((await get(`${tea}/changes?location_ids=${shop}`)).body["changes"]).toHaveLength(2);
  });

  test("never counted: an empty list, not a zero", async () => {
    const of = await world.newVariation("Untouched");
    expect(await get(of)).toMatchObject({ status: 200, body: { counts: [] } });
  });

  test("unknown object: 404", async () => {
    for (const path of ["NOTHING", "NOTHING/changes", "a%2Fb"]) {
      const reply = await get(path);
      expect(reply.status).toBe(404);
      expect(at(reply.body, "errors", 0)).toMatchObject({
        code: "NOT_FOUND",
        field: "catalog_object_id",
      });
    }
    expect(at((await get("a%2Fb")).body, "errors", 0, "detail")).toBe("Object `a/b` not found.");
  });

  test("only documented query parameters", async () => {
    const reply = await get(`${tea}?locations=${shop}`);
    expect(reply.status).toBe(400);
    expect(reply.body["errors"]).toEqual([
      expect.objectContaining({ code: "UNKNOWN_QUERY_PARAMETER", field: "locations" }),
    ]);
  });
});

describe("one change", () => {
  test("under its own kind, current path and old", async () => {
    const change = count({ of: rice, at: cellar, quantity: "3" });
    const created = await world.ask(BATCH_CREATE, { body: batch(change) });
    const expected = at(created.body, "changes", 0, "physical_count");
    const id = textAt(expected, "id");
    for (const kind of ["physical-counts", "physical-count"]) {
      const reply = await world.ask(`GET /v2/inventory/${kind}/${id}`);
      expect(reply.body).toEqual({ count: expected });
    }
    const wrong = await world.ask(`GET /v2/inventory/adjustments/${id}`);
    expect(wrong.status).toBe(404);
    expect(wrong.body["errors"]).toEqual([
      {
        category: "INVALID_REQUEST_ERROR",
        code: "NOT_FOUND",
        detail: `Object \`${id}\` not found.`,
        field: "adjustment_id",
      },
    ]);
  });
});

describe("cursors", () => {
  const pages = [
    [BATCH_COUNTS, { limit: 1 }],
    [BATCH_CHANGES, { limit: 1 }],
  ] as const;

  test.each(pages)("%s: altered, or with other filters, is INVALID_CURSOR", async (path, body) => {
    const cursor = textAt((await list(path, body)).body, "cursor");
    const refusals = [
      { ...body, cursor: `${cursor}x` },
      { ...body, cursor: "nonsense" },
      { ...body, cursor, location_ids: [shop] },
      { ...body, cursor, updated_after: minutesAgo(99) },
    ];
    for (const refused of refusals) {
      const reply = await list(path, refused);
      expect(reply.status).toBe(400);
      expect(at(reply.body, "errors", 0)).toMatchObject({
        category: "INVALID_REQUEST_ERROR",
        code: "INVALID_CURSOR",
      });
    }
  });
});
