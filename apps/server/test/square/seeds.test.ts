import { randomUUID } from "node:crypto";
import { operations, parseOrRefuse, parseTime, SCOPES } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  APPLICATION,
  BOTH_HISTORIES,
  LOCATION,
  ONE_HISTORY,
  OTHER_VARIATION,
  VARIATION,
} from "./seed-history.ts";
import {
  A,
  at,
  B,
  batch,
  BATCH_CHANGES,
  BATCH_COUNTS,
  BATCH_CREATE,
  DIALECTS,
  listAt,
  openWorld,
  textAt,
  type World,
} from "./world.ts";

/** A merchant with the documented variations and location, and a token of the documented application. */
async function prepare(world: World): Promise<string> {
  const root = await world.ledger.authenticate(world.token);
  const made = await world.ledger.tokens.create(
    root,
    parseOrRefuse(operations.tokens.create.input, {
      application: APPLICATION,
      scopes: [...SCOPES],
    }),
  );
  await world.ledger.locations.create(
    root,
    parseOrRefuse(operations.locations.create.input, { id: LOCATION, name: "Sandbox" }),
  );
  const variation = (id: string) => ({
    type: "ITEM_VARIATION",
    id,
    item_variation_data: { name: id },
  });
  const variations = [VARIATION, OTHER_VARIATION].map(variation);
  const object = { type: "ITEM", id: "#item", item_data: { name: "Item", variations } };
  const body = { idempotency_key: randomUUID(), object };
  await world.ask("POST /v2/catalog/object", { body });
  return made.token;
}

/** Everything documented, but for what a server makes by itself: ids and receipt times. */
function documented(change: unknown): object {
  const type = textAt(change, "type");
  const member = type.toLowerCase();
  return {
    type,
    [member]: {
      ...Object(at(change, member)),
      id: expect.stringMatching(/^[0-9A-Z]{24}$/),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      // Bincard answers both dialects' location fields.
      ...(type === "ADJUSTMENT" ? { from_location_id: LOCATION, to_location_id: LOCATION } : {}),
    },
  };
}
const history = BOTH_HISTORIES.map(documented);
const historyOfOne = ONE_HISTORY.map(documented);

describe.each([
  ["as they happened", BOTH_HISTORIES],
  ["in the opposite order", BOTH_HISTORIES.toReversed()],
])("the documented changes, reported %s, one batch each", (_, reported) => {
  let world: World;
  let token: string;
  const answers: unknown[] = [];
  beforeAll(async () => {
    world = await openWorld();
    token = await prepare(world);
    for (const change of reported)
      answers.push((await world.ask(BATCH_CREATE, { body: batch(change), token })).body["changes"]);
  });
  afterAll(async () => world.close());

  test("each is answered as it was documented", () => {
    expect(answers).toEqual(reported.map((change) => [documented(change)]));
  });

  describe.each(DIALECTS)("dialect %s", (_dialect, version) => {
    const of = [VARIATION, OTHER_VARIATION];
    const list = async (body: object) =>
      (await world.ask(BATCH_CHANGES, { body, version, token })).body;

    test("the history of one variation, newest first", async () => {
      const path = `GET /v2/inventory/${VARIATION}/changes`;
      expect((await world.ask(path, { version, token })).body).toEqual({ changes: historyOfOne });
      const here = await world.ask(`${path}?location_id=${LOCATION}`, { version, token });
      expect(here.body).toEqual({ changes: historyOfOne });
    });

    test("the history of both, oldest first, and newest first when sorted so", async () => {
      expect(await list({ catalog_object_ids: of })).toEqual({ changes: history });
      const sort = { field: "OCCURRED_AT", order: "DESC" };
      expect(await list({ catalog_object_ids: of, sort })).toEqual({
        changes: history.toReversed(),
      });
    });

    test("the same, page by page", async () => {
      const read: unknown[] = [];
      let cursor: unknown;
      do {
        const page = await list({ catalog_object_ids: of, limit: 1, cursor });
        read.push(...listAt(page, "changes"));
        cursor = page["cursor"];
      } while (cursor !== undefined);
      expect(read).toEqual(history);
    });

    test("each record by its id", async () => {
      const { changes } = await list({});
      for (const change of listAt({ changes }, "changes")) {
        const [kind, member, key] =
          textAt(change, "type") === "ADJUSTMENT"
            ? (["adjustments", "adjustment", "adjustment"] as const)
            : (["physical-counts", "physical_count", "count"] as const);
        const expected = at(change, member);
        const id = textAt(expected, "id");
        const reply = await world.ask(`GET /v2/inventory/${kind}/${id}`, { version, token });
        expect(reply.body).toEqual({ [key]: expected });
      }
    });
  });

  test("the counts they come to", async () => {
    const reply = await world.ask(BATCH_COUNTS, { body: {}, token });
    const counts = listAt(reply.body, "counts").map((row) =>
      ["catalog_object_id", "location_id", "state", "quantity"].map((name) => at(row, name)),
    );
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(
      expect.arrayContaining([
        [VARIATION, LOCATION, "IN_STOCK", "95"],
        [VARIATION, LOCATION, "WASTE", "2"],
        [OTHER_VARIATION, LOCATION, "IN_STOCK", "75"],
      ]),
    );
  });
});

describe("the reference of BatchRetrieveInventoryCounts", () => {
  let world: World;
  let token: string;
  beforeAll(async () => {
    world = await openWorld();
    token = await prepare(world);
    for (const change of BOTH_HISTORIES)
      await world.ask(BATCH_CREATE, { body: batch(change), token });
  });
  afterAll(async () => world.close());
  const list = async (body: object, version = B) =>
    (await world.ask(BATCH_COUNTS, { body, version, token })).body;

  test("sorted by calculated_at, newest first; every field it names", async () => {
    const { counts } = await list({});
    const rows = listAt({ counts }, "counts");
    expect(rows[0]).toEqual({
      catalog_object_id: VARIATION,
      catalog_object_type: "ITEM_VARIATION",
      state: "IN_STOCK",
      location_id: LOCATION,
      quantity: "95",
      calculated_at: expect.stringMatching(/Z$/),
    });
    const times = rows.map((row) => parseTime(textAt(row, "calculated_at")) ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test("every filter is null by default", async () => {
    const all = await list({});
    const nulls = {
      catalog_object_ids: null,
      location_ids: null,
      updated_after: null,
      cursor: null,
      states: null,
      limit: null,
    };
    expect(await list(nulls, A)).toEqual(all);
    expect(await list({ updated_after: "1970-01-01T00:00:00Z" })).toEqual(all);
  });

  test("its two ways to write one time are one time", async () => {
    const utc = await list({ updated_after: "2020-01-26T02:25:34Z" });
    expect(await list({ updated_after: "2020-01-25T18:25:34-08:00" })).toEqual(utc);
    expect(listAt(utc, "counts")).toHaveLength(3);
    const future = { updated_after: "2999-01-26T02:25:34-08:00" };
    expect(await list(future)).toEqual({ counts: [] });
  });

  test("untracked states are ignored", async () => {
    for (const state of ["NONE", "SOLD", "UNLINKED_RETURN"])
      expect(listAt(await list({ states: [state, "WASTE"] }), "counts")).toHaveLength(1);
  });
});
