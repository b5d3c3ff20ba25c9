import { expect, test } from "vitest";
import { changeIdOf, positionOf } from "./change-id.ts";

const merchant = "M0123456789AB";

test("an id is 24 characters, tells its position, and sorts by it", () => {
  expect(changeIdOf(merchant, 1)).toHaveLength(24);
  expect(positionOf(merchant, changeIdOf(merchant, 123_456_789))).toBe(123_456_789);
  expect(changeIdOf(merchant, 31) < changeIdOf(merchant, 32)).toBe(true);
});

test("another merchant's id, or one of another form, stands for no position", () => {
  expect(positionOf(merchant, changeIdOf("M0123456789AC", 1))).toBeUndefined();
  expect(positionOf(merchant, `${changeIdOf(merchant, 1)}0`)).toBeUndefined();
  expect(positionOf(merchant, `${merchant}0000000000u`)).toBeUndefined();
  expect(positionOf(merchant, "")).toBeUndefined();
});
