import { expect, test } from "vitest";
import { placesOf, tellQuantity } from "./quantity.tsx";

test.each([
  ["0", "0"],
  ["1234567.5", "1,234,567.5"],
  ["-1000", "−1,000"],
  ["-0.00001", "−0.00001"],
  ["99999999999999999999.12345", "99,999,999,999,999,999,999.12345"],
])("%s is told as %s", (quantity, told) => {
  expect(tellQuantity(quantity)).toBe(told);
});

test("a column has as many places as its finest quantity", () => {
  expect(placesOf(["1", "2.5", "3.125", "-4.5"])).toBe(3);
  expect(placesOf([])).toBe(0);
});
