import { randomUUID } from "node:crypto";
import { LIMITS, STATES } from "@bincard/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CELLAR,
  counted,
  receipt,
  resultOf,
  SHOP,
  TEA_ITEM,
  transferred,
  type Doors,
} from "./doors.ts";
import {
  UNKNOWN,
  MISSING,
  SHORT,
  LONG,
  NO_TEXT,
  INVALID,
  NO_VALUE,
  FORBIDDEN,
  NOT_FOUND,
  INVALID_QUANTITY,
  INVALID_TIME,
  refused,
  refusedChange,
  type Said,
  openStocked,
} from "./refusing.ts";
import { type Json } from "./wire-words.ts";

/** Every wrong change, at both doors: the documented refusal with its place, and nothing applied. */
let doors: Doors;
/** May write, but not what occurred more than a day ago. */
let till: string;
beforeAll(async () => {
  doors = await openStocked();
  till = await doors.newToken(["INVENTORY_WRITE"]);
});
afterAll(async () => doors.close());

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
    await refusedChange(doors, receipt(doors, { quantity }), INVALID_QUANTITY);
    await refusedChange(doors, transferred(doors, { quantity }), INVALID_QUANTITY);
  });

  test.each(["-1", "-0.00001", "1.000001", "1e3", "NaN", "", "9".repeat(27)])(
    "a count of %j",
    async (quantity) => {
      await refusedChange(doors, counted(doors, { quantity }), INVALID_QUANTITY);
    },
  );

  test.each([[1], [1.5], [-1], [1e30], [true], [{}], [[]], [["1"]]])(
    "%j instead of text",
    async (quantity) => {
      await refusedChange(doors, receipt(doors, { quantity }), ["quantity", ...NO_TEXT]);
      await refusedChange(doors, counted(doors, { quantity }), ["quantity", ...NO_TEXT]);
    },
  );

  test("a sum that no longer fits", async () => {
    const quantity = "9".repeat(LIMITS.quantityCharacters);
    const say = ["quantity", "COUNT_OUT_OF_RANGE", "VALUE_TOO_HIGH"] as const;
    await refusedChange(doors, receipt(doors, { quantity }), say, { kept: true });
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
    await refusedChange(doors, receipt(doors, { occurredAt }), INVALID_TIME);
    await refusedChange(doors, counted(doors, { occurredAt }), INVALID_TIME);
  });

  test.each([
    ["a minute and a half ahead", -90],
    ["a year ahead", -365 * 86_400],
  ])("%s", async (_, seconds) => {
    const occurredAt = doors.secondsAgo(seconds);
    await refusedChange(doors, receipt(doors, { occurredAt }), INVALID_TIME);
  });

  test("the end of time", async () => {
    const occurredAt = "9999-12-31T23:59:59.999999Z";
    await refusedChange(doors, receipt(doors, { occurredAt }), INVALID_TIME);
  });

  test.each([
    ["a day and a minute ago", 86_460],
    ["fifty years ago", 50 * 365 * 86_400],
  ])("%s, without INVENTORY_BACKDATE", async (_, seconds) => {
    const occurredAt = doors.secondsAgo(seconds);
    const token = till;
    await refusedChange(doors, receipt(doors, { occurredAt }), INVALID_TIME, { token });
    await refusedChange(doors, transferred(doors, { occurredAt }), INVALID_TIME, { token });
  });

  test.each([[1_795_338_600], [null], [{}], [["2026-11-22T09:30:00Z"]]])(
    "%j instead of text",
    async (occurredAt) => {
      // Square's null says "not there"; the contracts know no null.
      const square = occurredAt === null ? MISSING[1] : NO_TEXT[1];
      const say = ["occurredAt", NO_TEXT[0], square] as const;
      await refusedChange(doors, receipt(doors, { occurredAt }), say);
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
    await refusedChange(doors, receipt(doors, fields), say);
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
    await refusedChange(doors, receipt(doors, { toState: state }), ["toState", ...NO_VALUE]);
    await refusedChange(doors, receipt(doors, { fromState: state }), ["fromState", ...NO_VALUE]);
    await refusedChange(doors, counted(doors, { state }), ["state", ...NO_VALUE]);
    await refusedChange(doors, transferred(doors, { state }), ["state", ...NO_VALUE]);
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
        doors,
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
      await refusedChange(doors, counted(doors, { state }), ["state", ...FORBIDDEN]);
      await refusedChange(doors, transferred(doors, { state }), ["state", ...FORBIDDEN]);
    },
  );

  test("waste is counted, but not transferred", async () => {
    await refusedChange(doors, transferred(doors, { state: "WASTE" }), ["state", ...FORBIDDEN]);
  });

  test("a transfer to where it comes from", async () => {
    const change = transferred(doors, { toLocationId: SHOP });
    await refusedChange(doors, change, ["toLocationId", "SAME_LOCATION", "INVALID_VALUE"]);
  });
});

describe("what is not there", () => {
  const missing = { status: 404, kept: true };

  test("an unknown catalog object", async () => {
    for (const change of [receipt, counted, transferred])
      await refusedChange(
        doors,
        change(doors, { catalogObjectId: "COFFEE" }),
        ["catalogObjectId", ...NOT_FOUND],
        missing,
      );
  });

  test("an unknown location, on either side", async () => {
    const nowhere = counted(doors, { locationId: "ATTIC" });
    await refusedChange(doors, nowhere, ["locationId", ...NOT_FOUND], missing);
    for (const side of ["fromLocationId", "toLocationId"])
      await refusedChange(
        doors,
        transferred(doors, { [side]: "ATTIC" }),
        [side, ...NOT_FOUND],
        missing,
      );
  });

  test("an item in place of a variation", async () => {
    const change = receipt(doors, { catalogObjectId: TEA_ITEM });
    const say = ["catalogObjectId", "NOT_COUNTABLE", "INVALID_VALUE"] as const;
    await refusedChange(doors, change, say, { kept: true });
  });

  test("a variation that was deleted", async () => {
    const variations = [{ id: "GONE-1", name: "One" }];
    const objects = [{ type: "ITEM", id: "GONE", name: "Gone", variations }];
    resultOf(await doors.trpc("catalog.upsert", { idempotencyKey: randomUUID(), objects }));
    resultOf(await doors.trpc("catalog.delete", { ids: ["GONE"] }));
    const change = receipt(doors, { catalogObjectId: "GONE-1" });
    await refusedChange(doors, change, ["catalogObjectId", ...NOT_FOUND], missing);
  });

  test("L5: one bad change of many keeps all of them out", async () => {
    const changes = [receipt(doors), counted(doors, { quantity: "3" }), transferred(doors)];
    const bad = receipt(doors, { catalogObjectId: "COFFEE" });
    await refused(
      doors,
      { changes: [...changes, bad, ...changes] },
      {
        ...missing,
        trpc: [["NOT_FOUND", "changes[3].catalogObjectId"]],
        square: [["NOT_FOUND", "changes[3].adjustment.catalog_object_id"]],
      },
    );
  });
});
