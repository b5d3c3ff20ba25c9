import { expect, test } from "vitest";
import { fromCursor, pageOf, toCursor } from "./cursor.ts";

const listing = { operation: "counts.list", merchantId: "M1", filters: { states: ["WASTE"] } };
const FORM = ["time", "whole"] as const;
const cursor = toCursor(listing, ["2026-11-22T00:00:00Z", 7]);

test("a cursor tells its place to the listing that made it", () => {
  expect(fromCursor(listing, cursor, FORM)).toEqual(["2026-11-22T00:00:00Z", 7]);
});

test.each([
  ["altered at its end", () => fromCursor(listing, `${cursor.slice(0, -2)}AA`, FORM)],
  ["altered at its start", () => fromCursor(listing, `A${cursor.slice(1)}`, FORM)],
  ["cut short", () => fromCursor(listing, cursor.slice(0, 10), FORM)],
  ["with other filters", () => fromCursor({ ...listing, filters: {} }, cursor, FORM)],
  ["of another operation", () => fromCursor({ ...listing, operation: "x" }, cursor, FORM)],
  ["of another merchant", () => fromCursor({ ...listing, merchantId: "M2" }, cursor, FORM)],
  ["forged around nonsense", () => fromCursor(listing, toCursor(listing, ["now", 7]), FORM)],
  ["forged with another form", () => fromCursor(listing, toCursor(listing, [7]), FORM)],
])("L10: %s it is INVALID_CURSOR", (_, use) => {
  expect(use).toThrow(/^INVALID_CURSOR: cursor: /);
});

test("only a page that has a next one carries a cursor", () => {
  const after = (last: number) => `after ${last}`;
  expect(pageOf([1, 2, 3], 2, after)).toEqual({ rows: [1, 2], cursor: "after 2" });
  expect(pageOf([1, 2], 2, after)).toEqual({ rows: [1, 2] });
  expect(pageOf([], 2, after)).toEqual({ rows: [] });
});
