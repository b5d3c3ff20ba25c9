import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failuresOf } from "./failure.ts";
import { LIMITS } from "./limits.ts";
import {
  countedQuantity,
  fitsQuantity,
  formatQuantity,
  movedQuantity,
  parseQuantity,
} from "./quantity.ts";

const PLACES = LIMITS.quantityPlaces;
const digits = (min: number, max: number) =>
  fc
    .array(fc.constantFrom(..."0123456789"), { minLength: min, maxLength: max })
    .map((all) => all.join(""));
/** Any text the syntax permits, padded with zeros as people pad it. */
const written = fc
  .tuple(fc.constantFrom("", "+", "-"), digits(1, 19), digits(0, PLACES), fc.boolean())
  .map(([sign, whole, fraction, point]) =>
    fraction === "" && !point ? `${sign}${whole}` : `${sign}${whole}.${fraction}`,
  );

describe("L12: canonical text", () => {
  test.each([
    ["0", "0"],
    ["-0", "0"],
    ["+0.00000", "0"],
    ["1", "1"],
    ["+1", "1"],
    ["007", "7"],
    ["1.", "1"],
    ["1.50", "1.5"],
    ["0.00001", "0.00001"],
    ["-2.5", "-2.5"],
    ["-000.10000", "-0.1"],
    ["1000", "1000"],
    ["99999999999999999999.99999", "99999999999999999999.99999"],
  ])("%s is %s", (text, canonical) => {
    const scaled = parseQuantity(text);
    expect(scaled).toBeTypeOf("bigint");
    expect(formatQuantity(scaled ?? -1n)).toBe(canonical);
  });

  test.each([
    "",
    " ",
    " 1",
    "1 ",
    "1\n",
    ".5",
    "+",
    "-",
    ".",
    "--1",
    "1.2.3",
    "1,5",
    "1e3",
    "0x10",
    "NaN",
    "Infinity",
    "١",
    "1.000001",
    "1.000000",
  ])("%j is no quantity", (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  test("26 characters are permitted, 27 are not", () => {
    const longest = "1".repeat(LIMITS.quantityCharacters);
    expect(parseQuantity(longest)).toBe(BigInt(longest) * 100_000n);
    expect(parseQuantity(`${longest}1`)).toBeUndefined();
    expect(parseQuantity(`-${longest.slice(1)}`)).toBeTypeOf("bigint");
    expect(parseQuantity(`-${longest}`)).toBeUndefined();
  });

  test("five places are permitted, six are not, even as zeros", () => {
    expect(parseQuantity("1.00000")).toBe(100_000n);
    expect(parseQuantity("1.000000")).toBeUndefined();
  });
});

describe("round trips", () => {
  test("whatever is formatted is parsed back to the same number", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (scaled) => {
        expect(parseQuantity(formatQuantity(scaled))).toBe(scaled);
      }),
    );
  });

  test("canonical text stays as it is, and says the same as what was written", () => {
    fc.assert(
      fc.property(written, (text) => {
        const scaled = parseQuantity(text);
        if (scaled === undefined) throw new Error(`${text} was refused`);
        const canonical = formatQuantity(scaled);
        expect(canonical).toMatch(/^(0|-?(?!0\d)\d+(\.\d{0,4}[1-9])?)$/);
        expect(canonical).not.toMatch(/^-0$/);
        expect(parseQuantity(canonical)).toBe(scaled);
        expect(canonical.length).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  test("sums are exact where floats are not", () => {
    const sum = (parseQuantity("0.1") ?? 0n) + (parseQuantity("0.2") ?? 0n);
    expect(formatQuantity(sum)).toBe("0.3");
  });
});

describe("fitsQuantity", () => {
  test("says whether the text has at most 26 characters", () => {
    const largest = 10n ** 26n - 1n;
    expect(fitsQuantity(largest * 100_000n)).toBe(true);
    expect(fitsQuantity((largest + 1n) * 100_000n)).toBe(false);
    expect(fitsQuantity(-(10n ** 25n - 1n) * 100_000n)).toBe(true);
    expect(fitsQuantity(-(10n ** 25n) * 100_000n)).toBe(false);
    // 26 characters with the point and five places; one digit more does not fit.
    expect(fitsQuantity(10n ** 25n - 1n)).toBe(true);
    expect(fitsQuantity(10n ** 25n + 1n)).toBe(false);
  });

  test("agrees with the length of the text", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 33n), max: 10n ** 33n }), (scaled) => {
        const fits = formatQuantity(scaled).length <= LIMITS.quantityCharacters;
        expect(fitsQuantity(scaled)).toBe(fits);
      }),
    );
  });
});

describe("the schemas", () => {
  const code = (schema: typeof countedQuantity, given: unknown) => {
    const parsed = schema.safeParse(given, { reportInput: true });
    return parsed.success ? parsed.data : failuresOf(parsed.error)[0].code;
  };

  test("a physical count takes zero, a movement does not; neither takes less", () => {
    expect(code(countedQuantity, "0.0")).toBe("0");
    expect(code(countedQuantity, "-0")).toBe("0");
    expect(code(countedQuantity, "-0.00001")).toBe("INVALID_QUANTITY");
    expect(code(movedQuantity, "0.00001")).toBe("0.00001");
    expect(code(movedQuantity, "0")).toBe("INVALID_QUANTITY");
    expect(code(movedQuantity, "-1")).toBe("INVALID_QUANTITY");
  });

  test("a number is not a quantity: it may have lost digits already", () => {
    expect(code(movedQuantity, 1)).toBe("WRONG_TYPE");
    expect(code(movedQuantity, null)).toBe("WRONG_TYPE");
    expect(code(movedQuantity, undefined)).toBe("MISSING_FIELD");
  });

  test("the message quotes what was given, and no more of it than is readable", () => {
    const { error } = movedQuantity.safeParse("x".repeat(10_000));
    const message = error?.issues[0]?.message ?? "";
    expect(message).toContain("xxx");
    expect(message.length).toBeLessThan(250);
  });
});
