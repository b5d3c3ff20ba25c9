import { expect, test } from "vitest";
import { didYouMean, distance, similar } from "./similar.ts";

test.each([
  ["", "", 0],
  ["main", "main", 0],
  ["mian", "main", 1],
  ["man", "main", 1],
  ["maain", "main", 1],
  ["kitten", "sitting", 3],
  ["", "abc", 3],
] as const)("from %j to %j in %i steps", (left, right, steps) => {
  expect(distance(left, right)).toBe(steps);
});

test("the nearest come first, capitals aside; strangers do not come", () => {
  expect(similar("mug-blu", ["MUG-BLUE", "MUG-BLACK", "TEAPOT"])).toEqual([
    "MUG-BLUE",
    "MUG-BLACK",
  ]);
  expect(similar("zzzz", ["MUG-BLUE"])).toEqual([]);
});

test("said as a question", () => {
  expect(didYouMean("Mian", ["Main", "Depot"])).toBe('Did you mean "Main"?');
  expect(didYouMean("ware", ["Warehouse", "Hardware"])).toBe(
    'Did you mean "Warehouse" or "Hardware"?',
  );
  expect(didYouMean("x", [])).toBeUndefined();
});
