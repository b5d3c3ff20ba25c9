import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase32, randomBase32, toBase32 } from "./base32.ts";

const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

test("a number comes back from its digits, and digits sort as the numbers do", () => {
  fc.assert(
    fc.property(whole, whole, (a, b) => {
      expect(fromBase32(toBase32(a, 11))).toBe(a);
      expect(toBase32(a, 11) < toBase32(b, 11)).toBe(a < b);
    }),
  );
});

test("other characters, and more than a number holds, are nothing", () => {
  expect(fromBase32("I")).toBeUndefined();
  expect(fromBase32("a")).toBeUndefined();
  expect(fromBase32("Z".repeat(11))).toBeUndefined();
});

test("random digits have the length asked for", () => {
  expect(randomBase32(12)).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
});
