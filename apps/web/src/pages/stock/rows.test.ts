import { expect, test } from "vitest";
import type { Variation } from "../../ledger/variation.ts";
import { found, isWanted, sorted, standingOf } from "./rows.ts";
import { readStockSearch } from "./search.ts";

const row = (id: string, itemName: string, sku?: string): Variation => ({
  id,
  itemName,
  variationName: undefined,
  sku,
  upc: undefined,
});
const ROWS = [row("A", "Mug 10", "M-10"), row("B", "Mug 9"), row("C", "Bowl", "B-1")];
const ids = (rows: readonly Variation[]) => rows.map(({ id }) => id).join("");

test("names are sorted as people read numbers, and turned round", () => {
  expect(ids(sorted(ROWS, undefined))).toBe("CBA");
  expect(ids(sorted(ROWS, "-name"))).toBe("ABC");
});

test("rows without a SKU come after those with one", () => {
  expect(ids(sorted(ROWS, "sku"))).toBe("CAB");
});

test("every word must be there, in any order and case", () => {
  expect(ids(found(ROWS, "10 mUG"))).toBe("A");
  expect(ids(found(ROWS, "b-1"))).toBe("C");
  expect(ids(found(ROWS, "  "))).toBe("ABC");
  expect(ids(found(ROWS, "mug bowl"))).toBe("");
});

test.each([
  ["-0.5", "negative"],
  ["0", "out"],
  ["5", "low"],
  ["5.00001", "plenty"],
  ["0.00001", "low"],
])("%s against 5 is %s", (quantity, standing) => {
  expect(standingOf(quantity, "5")).toBe(standing);
});

test("low takes in what is out and below zero; negative only the latter", () => {
  expect(isWanted("low", "5", ["100", "0"])).toBe(true);
  expect(isWanted("negative", "5", ["100", "0"])).toBe(false);
  expect(isWanted("negative", "5", ["-1"])).toBe(true);
  expect(isWanted("low", "5", [])).toBe(false);
  expect(isWanted("all", "5", [])).toBe(true);
});

test("a URL's search keeps what makes sense and drops the rest", () => {
  expect(
    readStockSearch({
      q: 42,
      at: "",
      show: "all",
      only: "low",
      low: "-1",
      sort: "-sku",
      do: "fly",
    }),
  ).toEqual({ q: "42", only: "low", sort: "-sku" });
  expect(readStockSearch({ do: "receive", item: "TEA", place: "MAIN", low: "2.5" })).toEqual({
    do: "receive",
    item: "TEA",
    place: "MAIN",
    low: "2.5",
  });
});
