import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { extra } from "./extra.ts";
import { failuresOf } from "./failure.ts";
import { LIMITS } from "./limits.ts";
import { someText, text } from "./text.ts";

const codeOf = (schema: z.ZodType, given: unknown) => {
  const parsed = schema.safeParse(given, { reportInput: true });
  return parsed.success ? "permitted" : failuresOf(parsed.error)[0].code;
};
const nested = (depth: number): unknown => (depth === 0 ? "leaf" : [nested(depth - 1)]);

describe("text that Postgres can keep", () => {
  test.each(["", "tea", "茶 🍵", "\u0001\u001f\n\t", "\ufffd\uffff", " "])("%j", (given) => {
    expect(codeOf(text(20), given)).toBe("permitted");
  });

  test.each(["\0", "a\0b", "\ud83c", "\udf75", "\udf75\ud83c", "tea \ud83c"])("not %j", (given) => {
    expect(codeOf(text(20), given)).toBe("INVALID_VALUE");
  });

  test("has bounds", () => {
    expect(codeOf(text(3), "abc")).toBe("permitted");
    expect(codeOf(text(3), "abcd")).toBe("TOO_LONG");
    expect(codeOf(someText(3), "")).toBe("TOO_SHORT");
  });
});

describe("extra fields", () => {
  test("come back as they were", () => {
    const given = {
      plain: "text",
      price: { amount: 1_250, currency: "EUR" },
      list: [1.5, -0.25, true, null, []],
      "": "no name",
      constructor: "a word like any other",
    };
    expect(extra.parse(given)).toEqual(given);
  });

  test.each([
    ["a NUL in a value", { a: "\0" }],
    ["a NUL deep in a value", { a: [{ b: ["\0"] }] }],
    ["a NUL in a name", { "a\0": 1 }],
    ["a NUL in a name within", { a: { "b\0": 1 } }],
    ["half of a pair", { a: "\ud83c" }],
    ["a number that is not finite", JSON.parse('{"a":1e400}')],
    ["NaN", { a: Number.NaN }],
    ["what is not JSON", { a: undefined }],
    ["a bigint", { a: 1n }],
    ["a name that objects cannot carry", JSON.parse('{"__proto__":{"a":1}}')],
    ["the same within", JSON.parse('{"a":{"__proto__":{"b":1}}}')],
  ])("%s is INVALID_VALUE", (_, given) => {
    expect(codeOf(extra, given)).toBe("INVALID_VALUE");
  });

  test("must be an object", () => {
    for (const given of [null, "text", 1, [1]]) expect(codeOf(extra, given)).toBe("WRONG_TYPE");
    expect(codeOf(extra.optional(), undefined)).toBe("permitted");
  });

  test("nest so deep and no deeper, and a million levels cannot hurt", () => {
    expect(codeOf(extra, { a: nested(LIMITS.extraDepth - 1) })).toBe("permitted");
    expect(codeOf(extra, { a: nested(LIMITS.extraDepth) })).toBe("INVALID_VALUE");
    let deep: unknown = 1;
    for (let level = 0; level < 1_000_000; level += 1) deep = [deep];
    expect(codeOf(extra, { a: deep })).toBe("INVALID_VALUE");
  });

  test("have a size, and their names a length", () => {
    const frame = JSON.stringify({ a: "" }).length;
    const room = LIMITS.extraCharacters - frame;
    expect(codeOf(extra, { a: "x".repeat(room) })).toBe("permitted");
    expect(codeOf(extra, { a: "x".repeat(room + 1) })).toBe("TOO_LONG");
    expect(codeOf(extra, { ["n".repeat(LIMITS.nameCharacters)]: 1 })).toBe("permitted");
    expect(codeOf(extra, { ["n".repeat(LIMITS.nameCharacters + 1)]: 1 })).toBe("TOO_LONG");
  });
});
