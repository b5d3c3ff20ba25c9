import { expect, test } from "vitest";
import { negative, sum } from "./sum.ts";

test.each([
  ["0", "0", "0"],
  ["1", "2.5", "3.5"],
  ["0.1", "0.2", "0.3"],
  ["10", "-10", "0"],
  ["1", "-1.00001", "-0.00001"],
  ["-2.5", "0.5", "-2"],
  ["12345678901234567890.12345", "0.00005", "12345678901234567890.1235"],
])("%s and %s are %s", (left, right, total) => {
  expect(sum(left, right)).toBe(total);
  expect(sum(right, left)).toBe(total);
  expect(negative(negative(total))).toBe(total);
});
