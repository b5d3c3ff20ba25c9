import { LIMITS } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  at,
  B,
  batch,
  BATCH_CHANGES,
  BATCH_COUNTS,
  BATCH_CREATE,
  count,
  DIALECTS,
  listAt,
  minutesAgo,
  openWorld,
  receive,
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

/** Refused with 400 and exactly these codes and fields. */
async function expectRefusal(
  body: unknown,
  expected: readonly (readonly [string, string])[],
  { request = BATCH_CREATE, version = B } = {},
) {
  const reply = await world.ask(request, { body, version });
  expect(reply.status).toBe(400);
  const errors = listAt(reply.body, "errors");
  expect(errors.map((error) => [at(error, "code"), at(error, "field")])).toEqual(expected);
  for (const error of errors) expect(at(error, "category")).toBe("INVALID_REQUEST_ERROR");
  return errors;
}

const adjusted = (fields: object) => {
  const { type, adjustment } = receive({ of: tea, at: shop });
  return { type, adjustment: { ...adjustment, ...fields } };
};
const counted = (fields: object) => {
  const { type, physical_count } = count({ of: tea, at: shop });
  return { type, physical_count: { ...physical_count, ...fields } };
};

describe.each(DIALECTS)("a bad adjustment in dialect %s", (_, version) => {
  const place = "changes[0].adjustment";
  test.each([
    ["text that is no number", { quantity: "many" }, "INVALID_VALUE", "quantity"],
    ["NaN", { quantity: "NaN" }, "INVALID_VALUE", "quantity"],
    ["six decimals", { quantity: "1.000001" }, "INVALID_VALUE", "quantity"],
    ["27 characters", { quantity: "9".repeat(27) }, "INVALID_VALUE", "quantity"],
    ["negative", { quantity: "-1" }, "INVALID_VALUE", "quantity"],
    ["zero", { quantity: "0" }, "INVALID_VALUE", "quantity"],
    ["an exponent", { quantity: "1e3" }, "INVALID_VALUE", "quantity"],
    ["a number", { quantity: 1 }, "EXPECTED_STRING", "quantity"],
    ["null", { quantity: null }, "MISSING_REQUIRED_PARAMETER", "quantity"],
    ["an unknown state", { to_state: "LOST" }, "INVALID_ENUM_VALUE", "to_state"],
    ["a state of responses", { to_state: "UNTRACKED" }, "INVALID_ENUM_VALUE", "to_state"],
    ["a time without zone", { occurred_at: "2026-11-22T09:30:00" }, "INVALID_TIME", "occurred_at"],
    ["a day that is not", { occurred_at: "2026-02-30T09:30:00Z" }, "INVALID_TIME", "occurred_at"],
    ["a number for a time", { occurred_at: 1 }, "EXPECTED_STRING", "occurred_at"],
    ["the future", { occurred_at: minutesAgo(-5) }, "INVALID_TIME", "occurred_at"],
    ["an unknown field", { colour: "red" }, "UNKNOWN_BODY_PARAMETER", "colour"],
    ["an item type", { catalog_object_type: "ITEM" }, "INVALID_VALUE", "catalog_object_type"],
    ["a long reference", { reference_id: "x".repeat(256) }, "VALUE_TOO_LONG", "reference_id"],
    ["a NUL character", { reference_id: "a\u0000b" }, "INVALID_VALUE", "reference_id"],
    ["half a surrogate pair", { employee_id: "\ud800" }, "INVALID_VALUE", "employee_id"],
    ["an empty id", { catalog_object_id: "" }, "VALUE_TOO_SHORT", "catalog_object_id"],
    ["an object for an id", { catalog_object_id: {} }, "EXPECTED_STRING", "catalog_object_id"],
  ])("%s", async (_name, fields, code, field) => {
    await expectRefusal(batch(adjusted(fields)), [[code, `${place}.${field}`]], { version });
  });

  test("a forbidden transition names the permitted ones", async () => {
    const [error] = await expectRefusal(
      batch(adjusted({ from_state: "SOLD", to_state: "IN_STOCK" })),
      [["INVALID_VALUE", `${place}.to_state`]],
      { version },
    );
    expect(at(error, "detail")).toContain("UNLINKED_RETURN -> IN_STOCK");
  });

  test("too old without INVENTORY_BACKDATE; with it, written", async () => {
    const token = await world.newToken(["INVENTORY_WRITE"]);
    const body = batch(adjusted({ occurred_at: minutesAgo(25 * 60) }));
    const reply = await world.ask(BATCH_CREATE, { body, version, token });
    expect(reply.status).toBe(400);
    expect(at(reply.body, "errors", 0)).toMatchObject({
      code: "INVALID_TIME",
      field: `${place}.occurred_at`,
    });
    const again = batch(adjusted({ occurred_at: minutesAgo(25 * 60) }));
    expect((await world.ask(BATCH_CREATE, { body: again, version })).status).toBe(200);
  });
});

describe("a bad physical count", () => {
  test.each([
    ["negative", { quantity: "-0.5" }, "INVALID_VALUE", "quantity"],
    ["a state that is not counted", { state: "SOLD" }, "INVALID_VALUE", "state"],
    ["no location", { location_id: undefined }, "MISSING_REQUIRED_PARAMETER", "location_id"],
  ])("%s", async (_name, fields, code, field) => {
    await expectRefusal(batch(counted(fields)), [[code, `changes[0].physical_count.${field}`]]);
  });

  test("zero is a count", async () => {
    const body = batch(counted({ quantity: "0" }));
    expect((await world.ask(BATCH_CREATE, { body })).status).toBe(200);
  });
});

describe("a bad batch", () => {
  const good = () => receive({ of: tea, at: shop });
  test("no key, no changes", async () => {
    await expectRefusal({}, [
      ["MISSING_REQUIRED_PARAMETER", "idempotency_key"],
      ["MISSING_REQUIRED_PARAMETER", "changes"],
    ]);
  });
  test("a key that is none", async () => {
    const changes = [good()];
    const field = "idempotency_key";
    await expectRefusal({ idempotency_key: "", changes }, [["VALUE_TOO_SHORT", field]]);
    await expectRefusal({ idempotency_key: 7, changes }, [["EXPECTED_STRING", field]]);
    const long = "k".repeat(LIMITS.idempotencyKeyCharacters + 1);
    await expectRefusal({ idempotency_key: long, changes }, [["VALUE_TOO_LONG", field]]);
  });
  test("empty, and 101 changes", async () => {
    await expectRefusal(batch(), [["ARRAY_EMPTY", "changes"]]);
    const changes = Array.from({ length: LIMITS.squareChangesPerRequest + 1 }, good);
    await expectRefusal(batch(...changes), [["ARRAY_LENGTH_TOO_LONG", "changes"]]);
  });
  test("100 changes are taken", async () => {
    const changes = Array.from({ length: LIMITS.squareChangesPerRequest }, good);
    const reply = await world.ask(BATCH_CREATE, { body: batch(...changes) });
    expect(reply.status).toBe(200);
    expect(reply.body["changes"]).toHaveLength(LIMITS.squareChangesPerRequest);
  });
  test("changes that are no list, or no objects", async () => {
    await expectRefusal({ ...batch(), changes: {} }, [["EXPECTED_ARRAY", "changes"]]);
    await expectRefusal(batch("x"), [["EXPECTED_OBJECT", "changes[0]"]]);
    await expectRefusal({ ...batch(good()), ignore_unchanged_counts: "yes" }, [
      ["EXPECTED_BOOLEAN", "ignore_unchanged_counts"],
    ]);
  });
  test("a type that names no member, or another than is there", async () => {
    await expectRefusal(batch({ type: "SALE" }), [["INVALID_ENUM_VALUE", "changes[0].type"]]);
    await expectRefusal(batch({}), [["MISSING_REQUIRED_PARAMETER", "changes[0].type"]]);
    await expectRefusal(batch({ type: "ADJUSTMENT" }), [
      ["MISSING_REQUIRED_PARAMETER", "changes[0].adjustment"],
    ]);
    await expectRefusal(batch({ ...good(), ...counted({}), type: "ADJUSTMENT" }), [
      ["CONFLICTING_PARAMETERS", "changes[0].physical_count"],
    ]);
  });

  test("every fault of every change, by precedence, and nothing is applied", async () => {
    const of = await world.newVariation("All or none");
    const body = batch(
      receive({ of, at: shop }),
      adjusted({ catalog_object_id: of, quantity: "0" }),
      counted({ catalog_object_id: of, quantity: 3, colour: "red" }),
      counted({ catalog_object_id: of, occurred_at: "noon" }),
    );
    await expectRefusal(body, [
      ["UNKNOWN_BODY_PARAMETER", "changes[2].physical_count.colour"],
      ["EXPECTED_STRING", "changes[2].physical_count.quantity"],
      ["INVALID_VALUE", "changes[1].adjustment.quantity"],
      ["INVALID_TIME", "changes[3].physical_count.occurred_at"],
    ]);
    const kept = await world.ask(BATCH_CHANGES, { body: { catalog_object_ids: [of] } });
    expect(kept.body["changes"]).toEqual([]);
  });

  test("a sum that no longer fits is refused, and the count stays", async () => {
    const of = await world.newVariation("Giant");
    const giant = () => receive({ of, at: shop, quantity: "9".repeat(26) });
    expect((await world.ask(BATCH_CREATE, { body: batch(giant()) })).status).toBe(200);
    const reply = await world.ask(BATCH_CREATE, { body: batch(giant()) });
    expect(reply.status).toBe(400);
    expect(at(reply.body, "errors", 0, "code")).toBe("VALUE_TOO_HIGH");
    const counts = await world.ask(`GET /v2/inventory/${of}`);
    expect(at(counts.body, "counts", 0, "quantity")).toBe("9".repeat(26));
  });
});

describe("a bad listing", () => {
  test.each([
    [{ limit: 0 }, "VALUE_TOO_LOW", "limit"],
    [{ limit: LIMITS.pageSizeMax + 1 }, "VALUE_TOO_HIGH", "limit"],
    [{ limit: 1.5 }, "EXPECTED_INTEGER", "limit"],
    [{ limit: "10" }, "EXPECTED_INTEGER", "limit"],
    [{ states: ["GONE"] }, "INVALID_ENUM_VALUE", "states[0]"],
    [{ location_ids: "L1" }, "EXPECTED_ARRAY", "location_ids"],
    [{ location_ids: [7] }, "EXPECTED_STRING", "location_ids[0]"],
    [{ updated_after: "yesterday" }, "INVALID_TIME", "updated_after"],
    [{ cursor: 7 }, "EXPECTED_STRING", "cursor"],
    [{ latest_only: true }, "UNKNOWN_BODY_PARAMETER", "latest_only"],
    [
      { catalog_object_ids: Array.from({ length: LIMITS.idsPerFilter + 1 }, () => "V") },
      "ARRAY_LENGTH_TOO_LONG",
      "catalog_object_ids",
    ],
  ])("%j", async (body, code, field) => {
    for (const request of [BATCH_COUNTS, BATCH_CHANGES])
      await expectRefusal(body, [[code, field]], { request });
  });

  test.each([
    [{ sort: { order: "UP" } }, "INVALID_ENUM_VALUE", "sort.order"],
    [{ sort: { field: "CREATED_AT" } }, "INVALID_ENUM_VALUE", "sort.field"],
    [{ types: ["SALE"] }, "INVALID_ENUM_VALUE", "types[0]"],
  ])("%j", async (body, code, field) => {
    await expectRefusal(body, [[code, field]], { request: BATCH_CHANGES });
  });
});

test.each([1e99, -1e99, 2 ** 60])("a limit of %d is told the bound of limits", async (limit) => {
  const [bound, code] =
    limit > 0
      ? [`at most ${LIMITS.pageSizeMax}`, "VALUE_TOO_HIGH"]
      : ["at least 1", "VALUE_TOO_LOW"];
  for (const request of [BATCH_CHANGES, BATCH_COUNTS, "POST /v2/catalog/search"]) {
    const [error] = await expectRefusal({ limit }, [[code, "limit"]], { request });
    expect(at(error, "detail")).toBe(`limit: must be ${bound}`);
  }
});
