import { parseMap } from "@bincard/import";
import { describe, expect, test } from "vitest";
import { guessDelimiter, guessMapping, mapOf, type Mapping, missingIn } from "./mapping.ts";

const guess = (columns: readonly string[], row: readonly string[] = [], places = ["L1", "L2"]) =>
  guessMapping(columns, {
    row: new Map(columns.map((column, index) => [column, row[index] ?? ""])),
    zone: "Europe/Berlin",
    places,
  });

test("the delimiter is the one that cuts the heading most", () => {
  expect(["a,b,c", "a;b;c", "a\tb", "a|b", "a"].map(guessDelimiter)).toEqual([
    ",",
    ";",
    "\t",
    "|",
    ",",
  ]);
});

describe("columns are guessed", () => {
  test("by their names, and times by their shape", () => {
    const mapping = guess(
      ["Order", "Date", "Store", "SKU", "Product name", "Qty"],
      ["1", "22.11.2026", "North", "A", "Apple", "2"],
    );
    expect(mapping).toMatchObject({
      item: "SKU",
      itemName: "Product name",
      placeBy: "column",
      placeColumn: "Store",
      quantity: "Qty",
      time: "Date",
      timeFormat: "D.M.YYYY",
      reference: "Order",
    });
    expect(missingIn(mapping)).toEqual({});
  });

  test("what cannot be guessed is asked for", () => {
    expect(missingIn(guess(["a", "b"]))).toEqual({
      item: expect.any(String),
      quantity: expect.any(String),
      place: expect.any(String),
    });
    expect(guess(["SKU", "Date"], ["A", "soon"]).time).toBe("");
    expect(guess(["SKU"], [], ["L1"]).place).toBe("L1");
  });
});

const MAPPING: Mapping = {
  ...guess(["SKU", "Qty", "Store"]),
  createItems: true,
  itemName: "Name",
};

test("the map is one that the import takes", () => {
  const text = JSON.stringify(mapOf(MAPPING, "2026-11-22T09:30:00Z"));
  expect(parseMap(text, "form")).toMatchObject({
    item: { sku: "{SKU}", name: "{Name}", create: true },
    location: { name: "{Store}", create: false },
    time: { from: "2026-11-22T09:30:00Z" },
    changes: [{ kind: "count", quantity: "{Qty}", when: { Qty: { empty: false } } }],
    otherwise: "skip",
  });
  const one: Mapping = { ...MAPPING, placeBy: "one", place: "L{1}", itemBy: "id", time: "Day" };
  expect(parseMap(JSON.stringify(mapOf(one, "")), "form")).toMatchObject({
    item: { id: "{SKU}" },
    location: { id: "L{{1}}" },
    time: { from: "{Day}", zone: "Europe/Berlin" },
  });
});
