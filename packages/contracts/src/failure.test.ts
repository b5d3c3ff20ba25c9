import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  describe as sentence,
  FAILURE_CODES,
  FAILURES,
  failuresOf,
  formatPath,
  parseOrRefuse,
  Refusal,
  refuse,
} from "./failure.ts";
import { LIMITS } from "./limits.ts";
import { operations } from "./operations.ts";

function refusalOf(schema: z.ZodType, given: unknown): Refusal {
  try {
    parseOrRefuse(schema, given);
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown;
    throw thrown;
  }
  throw new Error("was not refused");
}
const first = (schema: z.ZodType, given: unknown) => {
  const { code, path } = refusalOf(schema, given).failures[0];
  return [code, formatPath(path)];
};

test.each([
  [z.int().positive(), 0, "must be above 0"],
  [z.int().positive(), -1e99, "must be above 0"],
  [z.number().lt(5), 5, "must be below 5"],
  [z.int().min(1).max(1_000), 1e99, "must be at most 1000"],
  [z.int().min(1).max(1_000), -1e99, "must be at least 1"],
  [z.number().gte(0).gt(0), -1, "must be above 0"],
  [z.int(), 1e99, `must be at most ${Number.MAX_SAFE_INTEGER}`],
])("a number out of bounds is told the one bound that is true: %#", (schema, given, message) => {
  expect(refusalOf(z.object({ n: schema }), { n: given }).failures).toMatchObject([{ message }]);
});

describe("a zod issue becomes a code and a path", () => {
  const schema = z.strictObject({
    name: z.string().min(2).max(4).optional(),
    amount: z.int().min(1).max(9).optional(),
    ids: z.array(z.string()).min(1).max(2).optional(),
    color: z.enum(["RED", "BLUE"]).optional(),
    needed: z.string().default("").optional(),
    exact: z.literal("THIS").optional(),
    flag: z.boolean().optional(),
    shape: z
      .discriminatedUnion("type", [
        z.strictObject({ type: z.literal("A"), a: z.string() }),
        z.strictObject({ type: z.literal("B"), b: z.enum(["X"]) }),
      ])
      .optional(),
    fields: z.record(z.string().max(3), z.string()).optional(),
    own: z
      .string()
      .refine((text) => text === "fine", { params: { failure: "INVALID_CURSOR" } })
      .optional(),
    other: z
      .string()
      .refine((text) => text === "fine", { params: { failure: "NOT_A_CODE" } })
      .optional(),
  });

  test.each([
    [{ surprise: 1 }, "UNKNOWN_FIELD", "surprise"],
    [{ shape: { type: "A", a: "a", b: 1 } }, "UNKNOWN_FIELD", "shape.b"],
    [{ shape: { type: "A" } }, "MISSING_FIELD", "shape.a"],
    [{ shape: { type: "B" } }, "MISSING_FIELD", "shape.b"],
    [{ shape: {} }, "MISSING_FIELD", "shape.type"],
    [{ shape: { type: "C" } }, "UNKNOWN_VALUE", "shape.type"],
    [{ shape: { type: 7 } }, "UNKNOWN_VALUE", "shape.type"],
    [{ shape: null }, "WRONG_TYPE", "shape"],
    [{ shape: [] }, "WRONG_TYPE", "shape"],
    [{ name: 7 }, "WRONG_TYPE", "name"],
    [{ name: null }, "WRONG_TYPE", "name"],
    [{ amount: "7" }, "WRONG_TYPE", "amount"],
    [{ amount: 1.5 }, "WRONG_TYPE", "amount"],
    [{ amount: Number.NaN }, "WRONG_TYPE", "amount"],
    [{ flag: "true" }, "WRONG_TYPE", "flag"],
    [{ ids: "a" }, "WRONG_TYPE", "ids"],
    [{ ids: ["a", 2] }, "WRONG_TYPE", "ids[1]"],
    [{ color: "GREEN" }, "UNKNOWN_VALUE", "color"],
    [{ color: "red" }, "UNKNOWN_VALUE", "color"],
    [{ exact: "THAT" }, "UNKNOWN_VALUE", "exact"],
    [{ name: "a" }, "TOO_SHORT", "name"],
    [{ name: "abcde" }, "TOO_LONG", "name"],
    [{ fields: { long4: "x" } }, "TOO_LONG", "fields.long4"],
    [{ ids: [] }, "TOO_FEW", "ids"],
    [{ ids: ["a", "b", "c"] }, "TOO_MANY", "ids"],
    [{ amount: 0 }, "TOO_LOW", "amount"],
    [{ amount: 10 }, "TOO_HIGH", "amount"],
    [{ own: "bad" }, "INVALID_CURSOR", "own"],
    [{ other: "bad" }, "INVALID_VALUE", "other"],
    [null, "WRONG_TYPE", ""],
    ["text", "WRONG_TYPE", ""],
    [[], "WRONG_TYPE", ""],
    [undefined, "MISSING_FIELD", ""],
  ])("%j: %s at %j", (given, code, path) => {
    expect(first(schema, given)).toEqual([code, path]);
  });

  test("every unknown field is named", () => {
    const { failures } = refusalOf(schema, { one: 1, two: 2 });
    expect(failures.map(({ path }) => path)).toEqual([["one"], ["two"]]);
  });
});

describe("precedence", () => {
  test("all faults are named, the one that comes first in the vocabulary first", () => {
    const { failures } = refusalOf(operations.changes.create.input, {
      surprise: 1,
      changes: [
        {
          type: "ADJUSTMENT",
          catalogObjectId: "TEA",
          fromState: "IN_STOCK",
          toState: "GONE",
          locationId: 7,
          quantity: "1.000001",
          occurredAt: "yesterday",
        },
      ],
    });
    expect(failures.map(({ code, path }) => [code, formatPath(path)])).toEqual([
      ["UNKNOWN_FIELD", "surprise"],
      ["MISSING_FIELD", "idempotencyKey"],
      ["WRONG_TYPE", "changes[0].locationId"],
      ["UNKNOWN_VALUE", "changes[0].toState"],
      ["INVALID_QUANTITY", "changes[0].quantity"],
      ["INVALID_TIME", "changes[0].occurredAt"],
    ]);
  });

  test("faults of one code stay in the order of the request", () => {
    const change = { type: "NOTHING" };
    const { failures } = refusalOf(operations.changes.create.input, {
      idempotencyKey: "k",
      changes: [change, change, change],
    });
    expect(failures.map(({ path }) => formatPath(path))).toEqual([
      "changes[0].type",
      "changes[1].type",
      "changes[2].type",
    ]);
  });

  test("a body with a quarter of a million faults is refused with the first thousand", () => {
    const given = Object.fromEntries(Array.from({ length: 250_000 }, (_, n) => [`f${n}`, n]));
    const { failures } = refusalOf(operations.counts.list.input, given);
    expect(failures).toHaveLength(LIMITS.failuresPerRefusal);
    expect(failures[0]).toMatchObject({ code: "UNKNOWN_FIELD", path: ["f0"] });
  });
});

describe("the vocabulary", () => {
  test("each code is said once, and what can be tried again is ours or a matter of rate", () => {
    expect(new Set(FAILURE_CODES).size).toBe(FAILURE_CODES.length);
    expect(Object.keys(FAILURES)).toEqual([...FAILURE_CODES]);
    const retryable = FAILURE_CODES.filter((code) => FAILURES[code].retryable);
    expect(retryable).toEqual(["RATE_LIMITED", "UNAVAILABLE", "INTERNAL"]);
  });

  test("a refusal is described by path and message", () => {
    const refusal = refuse("NOT_FOUND", "there is no such location", {
      path: ["changes", 2, "locationId"],
      subject: { kind: "location", id: "SHED" },
    });
    expect(refusal).toBeInstanceOf(Error);
    expect(refusal.code).toBe("NOT_FOUND");
    expect(refusal.message).toBe("NOT_FOUND: changes[2].locationId: there is no such location");
    expect(sentence({ code: "INTERNAL", message: "no", path: [] })).toBe("no");
  });

  test("an error without issues is still a refusal", () => {
    expect(failuresOf(new z.core.$ZodError([]))).toEqual([
      { code: "INVALID_VALUE", message: "is not valid", path: [] },
    ]);
  });
});
