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

/** How the contracts and Square say the same fault. */
const UNKNOWN = ["UNKNOWN_FIELD", "UNKNOWN_BODY_PARAMETER"] as const;
const MISSING = ["MISSING_FIELD", "MISSING_REQUIRED_PARAMETER"] as const;
const SHORT = ["TOO_SHORT", "VALUE_TOO_SHORT"] as const;
const LONG = ["TOO_LONG", "VALUE_TOO_LONG"] as const;
const NO_TEXT = ["WRONG_TYPE", "EXPECTED_STRING"] as const;
const INVALID = ["INVALID_VALUE", "INVALID_VALUE"] as const;
const NO_VALUE = ["UNKNOWN_VALUE", "INVALID_ENUM_VALUE"] as const;
const FORBIDDEN = ["FORBIDDEN_TRANSITION", "INVALID_VALUE"] as const;
const NOT_FOUND = ["NOT_FOUND", "NOT_FOUND"] as const;
const INVALID_QUANTITY = ["quantity", "INVALID_QUANTITY", "INVALID_VALUE"] as const;
const INVALID_TIME = ["occurredAt", "INVALID_TIME", "INVALID_TIME"] as const;

interface Expected {
  readonly trpc: readonly (readonly [FailureCode, string])[];
  readonly square: readonly (readonly [string, string])[];
  /** The Square door's; 400 when left out. */
  readonly status?: number;
  readonly token?: string | undefined;
  /** Whether the refusal came from stored state: it is the key's answer from then on (L6). */
  readonly kept?: boolean;
}

async function refused(batch: Json, expected: Expected) {
  const { trpc, square, status = 400, token, kept = false } = expected;
  const before = await doors.contents();
  const keys = { trpc: randomUUID(), square: randomUUID() };
  const atTrpc = await doors.ask.trpc({ idempotencyKey: keys.trpc, ...batch }, token);
  expect(failuresIn(atTrpc)).toEqual(trpc);
  expect(Math.floor(atTrpc.status / 100)).toBe(4);
  const atSquare = await doors.ask.square({ idempotencyKey: keys.square, ...batch }, token);
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

type Said = readonly [field: string, code: FailureCode, squareCode: string];

/** One change with one fault in one field. */
async function refusedChange(
  change: Json,
  [field, code, squareCode]: Said,
  rest: Omit<Expected, "trpc" | "square"> = {},
) {
  await refused(
    { changes: [change] },
    {
      ...rest,
      trpc: [[code, `changes[0].${field}`]],
      square: [[squareCode, `changes[0].${memberOf(change)}.${snake(field)}`]],
    },
  );
}

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
    await refusedChange(receipt(doors, { quantity }), INVALID_QUANTITY);
    await refusedChange(transferred(doors, { quantity }), INVALID_QUANTITY);
  });

  test.each(["-1", "-0.00001", "1.000001", "1e3", "NaN", "", "9".repeat(27)])(
    "a count of %j",
    async (quantity) => {
      await refusedChange(counted(doors, { quantity }), INVALID_QUANTITY);
    },
  );

  test.each([[1], [1.5], [-1], [1e30], [true], [{}], [[]], [["1"]]])(
    "%j instead of text",
    async (quantity) => {
      await refusedChange(receipt(doors, { quantity }), ["quantity", ...NO_TEXT]);
      await refusedChange(counted(doors, { quantity }), ["quantity", ...NO_TEXT]);
    },
  );

  test("a sum that no longer fits", async () => {
    const quantity = "9".repeat(LIMITS.quantityCharacters);
    const say = ["quantity", "COUNT_OUT_OF_RANGE", "VALUE_TOO_HIGH"] as const;
    await refusedChange(receipt(doors, { quantity }), say, { kept: true });
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
  ])("%j", async (occurredAt) => {
    await refusedChange(receipt(doors, { occurredAt }), INVALID_TIME);
    await refusedChange(counted(doors, { occurredAt }), INVALID_TIME);
  });

  test.each([
    ["a minute and a half ahead", -90],
    ["a year ahead", -365 * 86_400],
  ])("%s", async (_, seconds) => {
    const occurredAt = doors.secondsAgo(seconds);
    await refusedChange(receipt(doors, { occurredAt }), INVALID_TIME);
  });

  test("the end of time", async () => {
    const occurredAt = "9999-12-31T23:59:59.999999Z";
    await refusedChange(receipt(doors, { occurredAt }), INVALID_TIME);
  });

  test.each([
    ["a day and a minute ago", 86_460],
    ["fifty years ago", 50 * 365 * 86_400],
  ])("%s, without INVENTORY_BACKDATE", async (_, seconds) => {
    const occurredAt = doors.secondsAgo(seconds);
    const token = till;
    await refusedChange(receipt(doors, { occurredAt }), INVALID_TIME, { token });
    await refusedChange(transferred(doors, { occurredAt }), INVALID_TIME, { token });
  });

  test.each([[1_795_338_600], [null], [{}], [["2026-11-22T09:30:00Z"]]])(
    "%j instead of text",
    async (occurredAt) => {
      // Square's null says "not there"; the contracts know no null.
      const square = occurredAt === null ? MISSING[1] : NO_TEXT[1];
      const say = ["occurredAt", NO_TEXT[0], square] as const;
      await refusedChange(receipt(doors, { occurredAt }), say);
    },
  );
});

describe("fields", () => {
  test.each<readonly [string, Json, Said]>([
    ["an unknown one", { colour: "red" }, ["colour", ...UNKNOWN]],
    ["another kind's", { state: "WASTE" }, ["state", ...UNKNOWN]],
    ["a built-in's name", { toString: 1 }, ["toString", ...UNKNOWN]],
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
    ["NUL in a reference", { referenceId: "PO\0" }, ["referenceId", ...INVALID]],
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
    await refusedChange(receipt(doors, fields), say);
  });
});

describe("states", () => {
  test.each([
    ["LOST"],
    ["UNTRACKED"],
    ["SUPPORTED_BY_NEWER_VERSION"],
    ["in_stock"],
    ["IN_STOCK "],
    [""],
    ["__proto__"],
    ["toString"],
    [7],
    [{}],
    [["IN_STOCK"]],
  ])("%j is none", async (state) => {
    await refusedChange(receipt(doors, { toState: state }), ["toState", ...NO_VALUE]);
    await refusedChange(receipt(doors, { fromState: state }), ["fromState", ...NO_VALUE]);
    await refusedChange(counted(doors, { state }), ["state", ...NO_VALUE]);
    await refusedChange(transferred(doors, { state }), ["state", ...NO_VALUE]);
  });

  test("every transition but the permitted ones", async () => {
    const atOne = [
      "NONE IN_STOCK",
      "UNLINKED_RETURN IN_STOCK",
      "UNLINKED_RETURN WASTE",
      "IN_STOCK SOLD",
      "IN_STOCK WASTE",
      "WASTE IN_STOCK",
    ];
    const two = { locationId: undefined, fromLocationId: SHOP, toLocationId: CELLAR };
    const pairs = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));
    const changes = pairs.flatMap(([fromState, toState]) => {
      const pair = `${fromState} ${toState}`;
      return [
        ...(atOne.includes(pair) ? [] : [receipt(doors, { fromState, toState })]),
        ...(pair === "IN_STOCK IN_STOCK" ? [] : [receipt(doors, { fromState, toState, ...two })]),
      ];
    });
    expect(changes).toHaveLength(2 * STATES.length ** 2 - 7);
    for (let from = 0; from < changes.length; from += LIMITS.squareChangesPerRequest) {
      const some = changes.slice(from, from + LIMITS.squareChangesPerRequest);
      await refused(
        { changes: some },
        {
          trpc: some.map((_, at) => [FORBIDDEN[0], `changes[${at}].toState`]),
          square: some.map((_, at) => [FORBIDDEN[1], `changes[${at}].adjustment.to_state`]),
        },
      );
    }
  });

  test.each(STATES.filter((state) => state !== "IN_STOCK" && state !== "WASTE"))(
    "%s is not counted, and not transferred",
    async (state) => {
      await refusedChange(counted(doors, { state }), ["state", ...FORBIDDEN]);
      await refusedChange(transferred(doors, { state }), ["state", ...FORBIDDEN]);
    },
  );

  test("waste is counted, but not transferred", async () => {
    await refusedChange(transferred(doors, { state: "WASTE" }), ["state", ...FORBIDDEN]);
  });

  test("a transfer to where it comes from", async () => {
    const change = transferred(doors, { toLocationId: SHOP });
    await refusedChange(change, ["toLocationId", "SAME_LOCATION", "INVALID_VALUE"]);
  });
});

describe("what is not there", () => {
  const missing = { status: 404, kept: true };

  test("an unknown catalog object", async () => {
    for (const change of [receipt, counted, transferred])
      await refusedChange(
        change(doors, { catalogObjectId: "COFFEE" }),
        ["catalogObjectId", ...NOT_FOUND],
        missing,
      );
  });

  test("an unknown location, on either side", async () => {
    const nowhere = counted(doors, { locationId: "ATTIC" });
    await refusedChange(nowhere, ["locationId", ...NOT_FOUND], missing);
    for (const side of ["fromLocationId", "toLocationId"])
      await refusedChange(transferred(doors, { [side]: "ATTIC" }), [side, ...NOT_FOUND], missing);
  });

  test("an item in place of a variation", async () => {
    const change = receipt(doors, { catalogObjectId: TEA_ITEM });
    const say = ["catalogObjectId", "NOT_COUNTABLE", "INVALID_VALUE"] as const;
    await refusedChange(change, say, { kept: true });
  });

  test("a variation that was deleted", async () => {
    const variations = [{ id: "GONE-1", name: "One" }];
    const objects = [{ type: "ITEM", id: "GONE", name: "Gone", variations }];
    resultOf(await doors.trpc("catalog.upsert", { idempotencyKey: randomUUID(), objects }));
    resultOf(await doors.trpc("catalog.delete", { ids: ["GONE"] }));
    const change = receipt(doors, { catalogObjectId: "GONE-1" });
    await refusedChange(change, ["catalogObjectId", ...NOT_FOUND], missing);
  });

  test("L5: one bad change of many keeps all of them out", async () => {
    const changes = [receipt(doors), counted(doors, { quantity: "3" }), transferred(doors)];
    const bad = receipt(doors, { catalogObjectId: "COFFEE" });
    await refused(
      { changes: [...changes, bad, ...changes] },
      {
        ...missing,
        trpc: [["NOT_FOUND", "changes[3].catalogObjectId"]],
        square: [["NOT_FOUND", "changes[3].adjustment.catalog_object_id"]],
      },
    );
  });
});

describe("batches", () => {
  test.each([
    ["unknown", "SALE"],
    ["a built-in's name", "__proto__"],
    ["another case", "adjustment"],
    ["a number", 1],
    ["an object", {}],
  ])("a type that is %s", async (_, type) => {
    await refused(
      { changes: [receipt(doors, { type })] },
      { trpc: [[NO_VALUE[0], "changes[0].type"]], square: [[NO_VALUE[1], "changes[0].type"]] },
    );
  });

  test("no type", async () => {
    await refused(
      { changes: [receipt(doors, { type: undefined })] },
      { trpc: [[MISSING[0], "changes[0].type"]], square: [[MISSING[1], "changes[0].type"]] },
    );
  });

  test.each([["text"], [7], [null], [true], [[]]])("%j for a change", async (change) => {
    await refused(
      { changes: [receipt(doors), change] },
      { trpc: [["WRONG_TYPE", "changes[1]"]], square: [["EXPECTED_OBJECT", "changes[1]"]] },
    );
  });

  test.each([["text"], [7], [{}], [true]])("%j for changes", async (changes) => {
    await refused(
      { changes },
      { trpc: [["WRONG_TYPE", "changes"]], square: [["EXPECTED_ARRAY", "changes"]] },
    );
  });

  test("no changes at all, and an empty list of them", async () => {
    await refused({}, { trpc: [[MISSING[0], "changes"]], square: [[MISSING[1], "changes"]] });
    await refused(
      { changes: [] },
      { trpc: [["TOO_FEW", "changes"]], square: [["ARRAY_EMPTY", "changes"]] },
    );
  });

  test.each<readonly [string, unknown, readonly [FailureCode, string]]>([
    ["missing", undefined, MISSING],
    ["empty", "", SHORT],
    ["too long", "k".repeat(LIMITS.idempotencyKeyCharacters + 1), LONG],
    ["a megabyte", "k".repeat(1_000_000), LONG],
    ["a number", 7, NO_TEXT],
    ["a list", ["k"], NO_TEXT],
    ["with a NUL character", "k\0", INVALID],
    ["with half a surrogate pair", "k\udf75", INVALID],
  ])("a key that is %s", async (_, idempotencyKey, [code, squareCode]) => {
    await refused(
      { idempotencyKey, changes: [receipt(doors)] },
      { trpc: [[code, "idempotencyKey"]], square: [[squareCode, "idempotency_key"]] },
    );
  });

  test("a bad key and a bad batch", async () => {
    await refused(
      { idempotencyKey: "", changes: [] },
      {
        trpc: [
          [SHORT[0], "idempotencyKey"],
          ["TOO_FEW", "changes"],
        ],
        square: [
          [SHORT[1], "idempotency_key"],
          ["ARRAY_EMPTY", "changes"],
        ],
      },
    );
  });

  test("an unknown field, and a flag that is none", async () => {
    const changes = [receipt(doors)];
    await refused(
      { changes, force: true },
      { trpc: [[UNKNOWN[0], "force"]], square: [[UNKNOWN[1], "force"]] },
    );
    for (const ignoreUnchangedCounts of ["yes", 1, {}])
      await refused(
        { changes, ignoreUnchangedCounts },
        {
          trpc: [["WRONG_TYPE", "ignoreUnchangedCounts"]],
          square: [["EXPECTED_BOOLEAN", "ignore_unchanged_counts"]],
        },
      );
  });

  test("101 changes at Square's door, 1,001 at tRPC's; one fewer is taken", async () => {
    const many = async (door: "trpc" | "square", length: number) =>
      doors.ask[door](batchOf(...Array.from({ length }, () => counted(doors))));
    const before = await doors.contents();
    const [trpc, square] = [LIMITS.changesPerRequest, LIMITS.squareChangesPerRequest];
    expect(failuresIn(await many("trpc", trpc + 1))).toEqual([["TOO_MANY", "changes"]]);
    const refusedAtSquare = await many("square", square + 1);
    expect(errorsIn(refusedAtSquare)).toEqual([["ARRAY_LENGTH_TOO_LONG", "changes"]]);
    expect((await many("trpc", trpc)).status).toBe(200);
    expect((await many("square", square)).status).toBe(200);
    expect(await doors.contents()).toEqual(before);
  });

  test("several faults, by precedence and then by place", async () => {
    await refused(
      {
        changes: [
          counted(doors, { occurredAt: "noon" }),
          receipt(doors, { quantity: "0" }),
          transferred(doors, { colour: "red" }),
          receipt(doors, { fromState: "SOLD" }),
          receipt(doors, { quantity: 1 }),
          receipt(doors, { locationId: undefined }),
          counted(doors, { locationId: undefined }),
        ],
      },
      {
        trpc: [
          ["UNKNOWN_FIELD", "changes[2].colour"],
          ["MISSING_FIELD", "changes[5].locationId"],
          ["MISSING_FIELD", "changes[6].locationId"],
          ["WRONG_TYPE", "changes[4].quantity"],
          ["INVALID_QUANTITY", "changes[1].quantity"],
          ["INVALID_TIME", "changes[0].occurredAt"],
          ["FORBIDDEN_TRANSITION", "changes[3].toState"],
        ],
        square: [
          ["UNKNOWN_BODY_PARAMETER", "changes[2].transfer.colour"],
          ["MISSING_REQUIRED_PARAMETER", "changes[5].adjustment.location_id"],
          ["MISSING_REQUIRED_PARAMETER", "changes[6].physical_count.location_id"],
          ["EXPECTED_STRING", "changes[4].adjustment.quantity"],
          ["INVALID_VALUE", "changes[1].adjustment.quantity"],
          ["INVALID_TIME", "changes[0].physical_count.occurred_at"],
          ["INVALID_VALUE", "changes[3].adjustment.to_state"],
        ],
      },
    );
  });

  test("two faults in one change, one of them in its form", async () => {
    await refused(
      { changes: [receipt(doors, { quantity: "0", colour: "red" })] },
      {
        trpc: [
          ["UNKNOWN_FIELD", "changes[0].colour"],
          ["INVALID_QUANTITY", "changes[0].quantity"],
        ],
        square: [
          ["UNKNOWN_BODY_PARAMETER", "changes[0].adjustment.colour"],
          ["INVALID_VALUE", "changes[0].adjustment.quantity"],
        ],
      },
    );
  });
});
