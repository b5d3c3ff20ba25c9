import { type FailureCode, LIMITS } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  batchOf,
  CELLAR,
  type Doors,
  errorsIn,
  failuresIn,
  jsonOf,
  ON_HAND,
  openDoors,
  receipt,
  resultOf,
  RICE,
  SHOP,
  TEA,
  withoutTrace,
} from "./doors.ts";
import { BATCH_CHANGES, BATCH_COUNTS, textAt } from "./square/world.ts";
import { type Json, snake } from "./wire-words.ts";

/** Wrong questions, at both doors. */
let doors: Doors;
let stranger: string;
beforeAll(async () => {
  doors = await openDoors();
  stranger = await doors.newToken(undefined, await doors.newMerchant("Stranger"));
  for (const token of [doors.token, stranger]) {
    await doors.furnish(token);
    for (const catalogObjectId of [TEA, RICE])
      for (const locationId of [SHOP, CELLAR]) {
        const change = receipt(doors, { catalogObjectId, locationId, quantity: ON_HAND });
        resultOf(await doors.ask.trpc(batchOf(change), token));
      }
  }
});
afterAll(async () => doors.close());

const LISTINGS = [
  ["counts", "counts.list", BATCH_COUNTS],
  ["changes", "changes.list", BATCH_CHANGES],
] as const;

/** A question in the contracts' words, in Square's. `order` stands in Square's `sort`. */
function wireFilters({ order, ...filters }: Json): Json {
  const named = Object.entries(filters).map(([name, value]) => [snake(name), value]);
  return { ...Object.fromEntries(named), ...(order === undefined ? {} : { sort: { order } }) };
}

type Row = readonly [filters: Json, code: FailureCode, squareCode: string, path: string];

describe.each(LISTINGS)("%s", (_, procedure, request) => {
  async function refused([filters, code, squareCode, path]: Row) {
    await withoutTrace(doors, async () => {
      const trpc = await doors.trpc(procedure, filters);
      expect([trpc.status, failuresIn(trpc)]).toEqual([400, [[code, path]]]);
      const square = await doors.square(request, wireFilters(filters));
      expect([square.status, errorsIn(square)]).toEqual([400, [[squareCode, snake(path)]]]);
    });
  }

  test.each<Row>([
    [{ limit: 0 }, "TOO_LOW", "VALUE_TOO_LOW", "limit"],
    [{ limit: -1 }, "TOO_LOW", "VALUE_TOO_LOW", "limit"],
    [{ limit: LIMITS.pageSizeMax + 1 }, "TOO_HIGH", "VALUE_TOO_HIGH", "limit"],
    [{ limit: 1.5 }, "WRONG_TYPE", "EXPECTED_INTEGER", "limit"],
    [{ limit: "10" }, "WRONG_TYPE", "EXPECTED_INTEGER", "limit"],
    [{ states: ["LOST"] }, "UNKNOWN_VALUE", "INVALID_ENUM_VALUE", "states[0]"],
    [{ states: "IN_STOCK" }, "WRONG_TYPE", "EXPECTED_ARRAY", "states"],
    [{ locationIds: SHOP }, "WRONG_TYPE", "EXPECTED_ARRAY", "locationIds"],
    [{ locationIds: [7] }, "WRONG_TYPE", "EXPECTED_STRING", "locationIds[0]"],
    [{ locationIds: [SHOP, "\0"] }, "INVALID_VALUE", "INVALID_VALUE", "locationIds[1]"],
    [{ catalogObjectIds: [""] }, "TOO_SHORT", "VALUE_TOO_SHORT", "catalogObjectIds[0]"],
    [{ catalogObjectIds: ["\ud83c"] }, "INVALID_VALUE", "INVALID_VALUE", "catalogObjectIds[0]"],
    [
      { catalogObjectIds: Array(LIMITS.idsPerFilter + 1).fill(TEA) },
      "TOO_MANY",
      "ARRAY_LENGTH_TOO_LONG",
      "catalogObjectIds",
    ],
    [{ updatedAfter: "yesterday" }, "INVALID_TIME", "INVALID_TIME", "updatedAfter"],
    [{ updatedAfter: "2026-11-22T09:30:00" }, "INVALID_TIME", "INVALID_TIME", "updatedAfter"],
    [{ updatedAfter: 0 }, "WRONG_TYPE", "EXPECTED_STRING", "updatedAfter"],
    [{ colour: "red" }, "UNKNOWN_FIELD", "UNKNOWN_BODY_PARAMETER", "colour"],
    [{ cursor: 7 }, "WRONG_TYPE", "EXPECTED_STRING", "cursor"],
    [{ cursor: "x".repeat(LIMITS.cursorCharacters + 1) }, "TOO_LONG", "VALUE_TOO_LONG", "cursor"],
  ])("%j", async (...row) => {
    await refused(row);
  });

  const noCursor = (filters: Json): Row => [filters, "INVALID_CURSOR", "INVALID_CURSOR", "cursor"];

  /** The first page's cursor; each door takes the other's. */
  async function cursorsOf(filters: Json, token = doors.token) {
    const trpc = resultOf(await doors.trpc(procedure, filters, token));
    const square = jsonOf(await doors.square(request, wireFilters(filters), { token }));
    expect(textAt(square, "cursor")).toBe(textAt(trpc, "cursor"));
    return textAt(trpc, "cursor");
  }

  test("a cursor that was altered anywhere, cut short, or made up", async () => {
    const cursor = await cursorsOf({ limit: 1 });
    for (let place = 0; place < cursor.length; place += 5) {
      const letter = cursor[place] === "A" ? "B" : "A";
      const altered = cursor.slice(0, place) + letter + cursor.slice(place + 1);
      await refused(noCursor({ limit: 1, cursor: altered }));
    }
    for (const other of [cursor.slice(0, -1), `${cursor}A`, ` ${cursor}`, "A", "\0", "../../etc"])
      await refused(noCursor({ limit: 1, cursor: other }));
  });

  test("a cursor with other filters; its own, and another limit, go on", async () => {
    const own = { catalogObjectIds: [TEA, RICE], states: ["IN_STOCK"] };
    const cursor = await cursorsOf({ ...own, limit: 1 });
    for (const other of [
      {},
      { ...own, states: ["IN_STOCK", "WASTE"] },
      { ...own, catalogObjectIds: [TEA] },
      { ...own, locationIds: [SHOP] },
      { ...own, updatedAfter: doors.secondsAgo(86_400) },
    ])
      await refused(noCursor({ ...other, limit: 1, cursor }));
    resultOf(await doors.trpc(procedure, { ...own, cursor }));
    expect((await doors.square(request, wireFilters({ ...own, cursor }))).status).toBe(200);
  });

  test("another merchant's cursor, though its rows have the same ids", async () => {
    await refused(noCursor({ limit: 1, cursor: await cursorsOf({ limit: 1 }, stranger) }));
  });

  test("the other listing's cursor", async () => {
    const [, other] = LISTINGS.find(([, listing]) => listing !== procedure) ?? LISTINGS[0];
    const page = resultOf(await doors.trpc(other, { limit: 1 }));
    await refused(noCursor({ limit: 1, cursor: textAt(page, "cursor") }));
  });
});

describe("changes alone", () => {
  test.each<Row>([
    [{ types: ["SALE"] }, "UNKNOWN_VALUE", "INVALID_ENUM_VALUE", "types[0]"],
    [{ updatedBefore: "noon" }, "INVALID_TIME", "INVALID_TIME", "updatedBefore"],
    [
      { updatedAfter: "2026-11-22T09:30:00Z", updatedBefore: "2026-11-22T10:30:00+01:00" },
      "INVALID_TIME_RANGE",
      "INVALID_TIME_RANGE",
      "updatedBefore",
    ],
  ])("%j", async (filters, code, squareCode, path) => {
    expect(failuresIn(await doors.trpc("changes.list", filters))).toEqual([[code, path]]);
    const square = await doors.square(BATCH_CHANGES, wireFilters(filters));
    expect(errorsIn(square)).toEqual([[squareCode, snake(path)]]);
  });

  test("an order that is none, or another than the cursor's", async () => {
    const trpc = failuresIn(await doors.trpc("changes.list", { order: "UP" }));
    expect(trpc).toEqual([["UNKNOWN_VALUE", "order"]]);
    const square = await doors.square(BATCH_CHANGES, { sort: { order: "UP" } });
    expect(errorsIn(square)).toEqual([["INVALID_ENUM_VALUE", "sort.order"]]);
    const page = resultOf(await doors.trpc("changes.list", { limit: 1 }));
    const back = { order: "DESC", cursor: textAt(page, "cursor") };
    expect(failuresIn(await doors.trpc("changes.list", back))).toEqual([
      ["INVALID_CURSOR", "cursor"],
    ]);
    expect(errorsIn(await doors.square(BATCH_CHANGES, wireFilters(back)))).toEqual([
      ["INVALID_CURSOR", "cursor"],
    ]);
  });
});

describe("one object's listings", () => {
  test.each([
    ["counts.ofObject", `GET /v2/inventory/${TEA}`],
    ["changes.ofObject", `GET /v2/inventory/${TEA}/changes`],
  ])("%s", async (procedure, request) => {
    const page = resultOf(await doors.trpc(procedure, { catalogObjectId: TEA, limit: 1 }));
    const cursor = textAt(page, "cursor");
    const theirs = textAt(
      resultOf(await doors.trpc(procedure, { catalogObjectId: TEA, limit: 1 }, stranger)),
      "cursor",
    );
    await withoutTrace(doors, async () => {
      for (const [catalogObjectId, wrong] of [
        [TEA, theirs],
        [RICE, cursor],
        [TEA, `${cursor}A`],
        [TEA, "nonsense"],
      ] as const) {
        const trpc = await doors.trpc(procedure, { catalogObjectId, cursor: wrong });
        expect(failuresIn(trpc)).toEqual([["INVALID_CURSOR", "cursor"]]);
        const asked = `${request.replace(TEA, catalogObjectId)}?cursor=${wrong}`;
        const square = await doors.square(asked);
        expect([square.status, errorsIn(square)]).toEqual([400, [["INVALID_CURSOR", "cursor"]]]);
      }
      for (const [id, path, code, squareCode, status] of [
        ["COFFEE", "COFFEE", "NOT_FOUND", "NOT_FOUND", 404],
        ["a\0b", "a%00b", "INVALID_VALUE", "INVALID_VALUE", 400],
        ["x".repeat(101), "x".repeat(101), "TOO_LONG", "VALUE_TOO_LONG", 400],
      ] as const) {
        const trpc = await doors.trpc(procedure, { catalogObjectId: id });
        expect([trpc.status, failuresIn(trpc)]).toEqual([status, [[code, "catalogObjectId"]]]);
        const square = await doors.square(request.replace(TEA, path));
        const said = [[squareCode, "catalog_object_id"]];
        expect([square.status, errorsIn(square)]).toEqual([status, said]);
      }
      const nul = await doors.square(`${request}?location_ids=${SHOP},%00`);
      expect([nul.status, errorsIn(nul)]).toEqual([400, [["INVALID_VALUE", "location_ids[1]"]]]);
    });
  });
});
