import { randomUUID } from "node:crypto";
import { type FailureCode, LIMITS, STATES } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  batchOf,
  categoriesIn,
  CELLAR,
  counted,
  type Doors,
  errorsIn,
  failuresIn,
  ON_HAND,
  openDoors,
  receipt,
  resultOf,
  SHOP,
  TEA_ITEM,
  transferred,
} from "./doors.ts";
import { type Json, memberOf, snake } from "./wire-words.ts";

/** Every wrong batch, at both doors: the documented refusal with its place, and nothing applied. */
let doors: Doors;
/** May write, but not what occurred more than a day ago. */
let till: string;
beforeAll(async () => {
  doors = await openDoors();
  await doors.furnish();
  const opening = [
    receipt(doors, { quantity: ON_HAND, occurredAt: doors.secondsAgo(7_200) }),
    receipt(doors, { quantity: "4", locationId: CELLAR, occurredAt: doors.secondsAgo(7_100) }),
  ];
  resultOf(await doors.ask.trpc(batchOf(...opening)));
  till = await doors.newToken(["INVENTORY_WRITE"]);
});
afterAll(async () => doors.close());

interface Expected {
  readonly trpc: readonly (readonly [FailureCode, string])[];
  readonly square: readonly (readonly [string, string])[];
  readonly status?: number;
  readonly token?: string | undefined;
  /** Whether the refusal came from stored state: it is the key's answer from then on (L6). */
  readonly kept?: boolean;
}

async function refused(batch: unknown, expected: Expected) {
  const { trpc, square, status = 400, token, kept = false } = expected;
  const before = await doors.contents();
  const keys = { trpc: randomUUID(), square: randomUUID() };
  // What is no object goes as it is; every other batch gets a key, unless it brings one.
  const keyed = (idempotencyKey: string): unknown =>
    typeof batch === "object" && batch !== null && !Array.isArray(batch)
      ? { idempotencyKey, ...batch }
      : batch;
  const atTrpc = await doors.ask.trpc(keyed(keys.trpc), token);
  expect(failuresIn(atTrpc)).toEqual(trpc);
  expect(Math.floor(atTrpc.status / 100)).toBe(4);
  const atSquare = await doors.ask.square(keyed(keys.square), token);
  expect(errorsIn(atSquare)).toEqual(square);
  expect([atSquare.status, categoriesIn(atSquare)]).toEqual([status, ["INVALID_REQUEST_ERROR"]]);
  await goesOn(keys, kept);
  expect(await doors.contents()).toEqual(before);
}

/** Both doors take a good batch. It counts what is there, so that it leaves no trace itself. */
async function goesOn(keys: { trpc: string; square: string }, kept: boolean) {
  const good = { changes: [counted(doors)] };
  const trpc = await doors.ask.trpc({ idempotencyKey: keys.trpc, ...good });
  const square = await doors.ask.square({ idempotencyKey: keys.square, ...good });
  if (!kept) {
    expect([trpc.status, square.status]).toEqual([200, 200]);
    return;
  }
  expect(failuresIn(trpc)).toEqual([["IDEMPOTENCY_KEY_REUSED", "idempotencyKey"]]);
  expect(errorsIn(square)).toEqual([["IDEMPOTENCY_KEY_REUSED", "idempotency_key"]]);
  await goesOn({ trpc: randomUUID(), square: randomUUID() }, false);
}

/** One change with one fault in one field. */
async function refusedChange(change: Json, expected: Omit<Expected, "trpc" | "square">, say: Said) {
  const [field, code, squareCode] = say;
  await refused(
    { changes: [change] },
    {
      ...expected,
      trpc: [[code, `changes[0].${field}`]],
      square: [[squareCode, `changes[0].${memberOf(change)}.${snake(field)}`]],
    },
  );
}
type Said = readonly [field: string, code: FailureCode, squareCode: string];

const LONG_REFERENCE = "x".repeat(LIMITS.referenceIdCharacters + 1);
const LONG_PERSON = "x".repeat(LIMITS.personIdCharacters + 1);
const LONG_OBJECT_ID = "x".repeat(LIMITS.catalogIdCharacters + 1);
const LONG_LOCATION_ID = "x".repeat(LIMITS.locationIdCharacters + 1);

describe("quantities", () => {
  test.each([
    ["six decimals", "1.000001"],
    ["six decimals, all zero", "1.000000"],
    ["27 digits", "9".repeat(LIMITS.quantityCharacters + 1)],
    ["27 characters", `${"9".repeat(24)}.50`],
    ["a million digits", "9".repeat(1_000_000)],
    ["negative", "-1"],
    ["zero", "0"],
    ["zero in full", "0.00000"],
    ["negative zero", "-0"],
    ["NaN", "NaN"],
    ["infinity", "Infinity"],
    ["an exponent", "1e3"],
    ["hexadecimal", "0x10"],
    ["a comma", "1,5"],
    ["two points", "1.2.3"],
    ["a space", " 1"],
    ["a line break", "1\n"],
    ["digits of another script", "١"],
    ["a NUL character", "1\0"],
    ["no digit before the point", ".5"],
    ["a sign alone", "+"],
    ["nothing", ""],
  ])("an adjustment or a transfer of %s", async (_, quantity) => {
    const say = ["quantity", "INVALID_QUANTITY", "INVALID_VALUE"] as const;
    await refusedChange(receipt(doors, { quantity }), {}, say);
    await refusedChange(transferred(doors, { quantity }), {}, say);
  });

  test.each(["-1", "-0.00001", "1.000001", "1e3", "NaN", "", "9".repeat(27)])(
    "a count of %j",
    async (quantity) => {
      const say = ["quantity", "INVALID_QUANTITY", "INVALID_VALUE"] as const;
      await refusedChange(counted(doors, { quantity }), {}, say);
    },
  );

  test.each([1, 1.5, -1, 1e30, true, {}, [], ["1"]])("%j instead of text", async (quantity) => {
    const say = ["quantity", "WRONG_TYPE", "EXPECTED_STRING"] as const;
    await refusedChange(receipt(doors, { quantity }), {}, say);
    await refusedChange(counted(doors, { quantity }), {}, say);
  });

  test("a sum that no longer fits", async () => {
    const quantity = "9".repeat(LIMITS.quantityCharacters);
    const say = ["quantity", "COUNT_OUT_OF_RANGE", "VALUE_TOO_HIGH"] as const;
    await refusedChange(receipt(doors, { quantity }), { kept: true }, say);
  });
});

describe("times", () => {
  test.each([
    "2026-11-22T09:30:00",
    "2026-11-22",
    "2026-11-22 09:30:00Z",
    "2026-11-22T09:30:00+0100",
    "2026-11-22T09:30:00.1234567891Z",
    "2026-02-30T09:30:00Z",
    "2026-13-01T09:30:00Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T23:59:60Z",
    "0000-01-01T00:00:00Z",
    "10000-01-01T00:00:00Z",
    "1795338600",
    "yesterday",
    "Invalid Date",
    "",
    "2026-11-22T09:30:00Z\0",
    "x".repeat(100_000),
  ])("%s", async (occurredAt) => {
    await refusedChange(receipt(doors, { occurredAt }), {}, INVALID_TIME);
    await refusedChange(counted(doors, { occurredAt }), {}, INVALID_TIME);
  });

  test.each([
    ["a minute and a half ahead", -90],
    ["a year ahead", -365 * 86_400],
  ])("%s", async (_, seconds) => {
    const occurredAt = doors.secondsAgo(seconds);
    await refusedChange(receipt(doors, { occurredAt }), {}, INVALID_TIME);
  });

  test("the end of time", async () => {
    const occurredAt = "9999-12-31T23:59:59.999999Z";
    await refusedChange(receipt(doors, { occurredAt }), {}, INVALID_TIME);
  });

  test.each([
    ["a day and a minute ago", 86_460],
    ["fifty years ago", 50 * 365 * 86_400],
  ])("%s, without INVENTORY_BACKDATE", async (_, seconds) => {
    const occurredAt = doors.secondsAgo(seconds);
    await refusedChange(receipt(doors, { occurredAt }), { token: till }, INVALID_TIME);
    await refusedChange(transferred(doors, { occurredAt }), { token: till }, INVALID_TIME);
  });

  test.each([1_795_338_600, null, {}, ["2026-11-22T09:30:00Z"]])("%j", async (occurredAt) => {
    // Square's null says "not there"; the contracts know no null.
    const square = occurredAt === null ? "MISSING_REQUIRED_PARAMETER" : "EXPECTED_STRING";
    await refusedChange(receipt(doors, { occurredAt }), {}, ["occurredAt", "WRONG_TYPE", square]);
  });
});
const INVALID_TIME = ["occurredAt", "INVALID_TIME", "INVALID_TIME"] as const;

describe("fields", () => {
  test.each<readonly [string, Json, Said]>([
    ["an unknown one", { colour: "red" }, ["colour", "UNKNOWN_FIELD", "UNKNOWN_BODY_PARAMETER"]],
    ["another kind's", { state: "WASTE" }, ["state", "UNKNOWN_FIELD", "UNKNOWN_BODY_PARAMETER"]],
    [
      "a built-in's name",
      { constructor: 1 },
      ["constructor", "UNKNOWN_FIELD", "UNKNOWN_BODY_PARAMETER"],
    ],
    [
      "__proto__",
      JSON.parse('{"__proto__":{"quantity":"1"}}'),
      ["__proto__", "UNKNOWN_FIELD", "UNKNOWN_BODY_PARAMETER"],
    ],
    ["no object", { catalogObjectId: undefined }, ["catalogObjectId", ...MISSING]],
    ["no location", { locationId: undefined }, ["locationId", ...MISSING]],
    ["no quantity", { quantity: undefined }, ["quantity", ...MISSING]],
    ["no time", { occurredAt: undefined }, ["occurredAt", ...MISSING]],
    ["no state", { fromState: undefined }, ["fromState", ...MISSING]],
    ["an empty object id", { catalogObjectId: "" }, ["catalogObjectId", ...SHORT]],
    ["a long object id", { catalogObjectId: LONG_OBJECT_ID }, ["catalogObjectId", ...LONG]],
    ["an object id that is a number", { catalogObjectId: 7 }, ["catalogObjectId", ...NO_TEXT]],
    ["an object id that is an object", { catalogObjectId: {} }, ["catalogObjectId", ...NO_TEXT]],
    ["NUL in an object id", { catalogObjectId: "a\0" }, ["catalogObjectId", ...INVALID]],
    ["an empty location id", { locationId: "" }, ["locationId", ...SHORT]],
    ["a long location id", { locationId: LONG_LOCATION_ID }, ["locationId", ...LONG]],
    ["NUL in a location id", { locationId: "\0" }, ["locationId", ...INVALID]],
    ["a list of locations", { locationId: [SHOP] }, ["locationId", ...NO_TEXT]],
    ["a long reference", { referenceId: LONG_REFERENCE }, ["referenceId", ...LONG]],
    ["NUL in a reference", { referenceId: "PO\u00007" }, ["referenceId", ...INVALID]],
    ["half a surrogate pair", { referenceId: "\ud83c" }, ["referenceId", ...INVALID]],
    ["a reference that is a number", { referenceId: 7 }, ["referenceId", ...NO_TEXT]],
    ["a long employee", { employeeId: LONG_PERSON }, ["employeeId", ...LONG]],
    ["NUL in a team member", { teamMemberId: "\0" }, ["teamMemberId", ...INVALID]],
    [
      "two opinions on the location",
      { fromLocationId: SHOP, locationId: CELLAR },
      ["locationId", "CONFLICTING_FIELDS", "CONFLICTING_PARAMETERS"],
    ],
  ])("%s", async (_, fields, say) => {
    await refusedChange(receipt(doors, fields), {}, say);
  });
});
const MISSING = ["MISSING_FIELD", "MISSING_REQUIRED_PARAMETER"] as const;
const SHORT = ["TOO_SHORT", "VALUE_TOO_SHORT"] as const;
const LONG = ["TOO_LONG", "VALUE_TOO_LONG"] as const;
const NO_TEXT = ["WRONG_TYPE", "EXPECTED_STRING"] as const;
const INVALID = ["INVALID_VALUE", "INVALID_VALUE"] as const;
