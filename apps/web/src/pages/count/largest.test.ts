import { expect, test } from "vitest";
import { largest } from "./largest.ts";

const values = [3, 0, 7, 3, Number.POSITIVE_INFINITY, 3, 0, 7].map((weight, at) => ({
  weight,
  at,
}));
const sorted = values.toSorted((a, b) => (a.weight < b.weight ? 1 : a.weight > b.weight ? -1 : 0));

test.each([1, 2, 3, 4, 5, 6, 7, 8, 20])("the first %d are those that sorting begins with", (most) =>
  expect(largest(values, most, ({ weight }) => weight)).toEqual(sorted.slice(0, most)),
);

test("of none, none", () => expect(largest<number>([], 5, (value) => value)).toEqual([]));
