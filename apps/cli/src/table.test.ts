import { expect, test } from "vitest";
import { alignOnPoint, type Column, recordLines, tableLines } from "./table.ts";

interface Shelf {
  readonly name: string;
  readonly quantity: string;
  readonly note?: string;
}
const COLUMNS: readonly Column<Shelf>[] = [
  { key: "name", title: "NAME", value: ({ name }) => name },
  { key: "quantity", title: "QUANTITY", kind: "number", value: ({ quantity }) => quantity },
  { key: "note", title: "NOTE", value: ({ note }) => note },
  { key: "secret", title: "SECRET", only: "csv", value: () => "x" },
];

test("quantities stand with their points below one another", () => {
  expect(alignOnPoint(["12", "2.5", "-0.00001", "1000.25"])).toEqual([
    "  12      ",
    "   2.5    ",
    "  -0.00001",
    "1000.25   ",
  ]);
  expect(alignOnPoint([])).toEqual([]);
});

test("a table has a heading, aligned columns, and nothing after the last word", () => {
  const lines = tableLines(COLUMNS, [
    { name: "Mug", quantity: "12" },
    { name: "Tea, loose", quantity: "-2.25", note: "by weight" },
  ]);
  expect(lines).toEqual([
    "NAME        QUANTITY  NOTE",
    "Mug            12",
    "Tea, loose     -2.25  by weight",
  ]);
});

test("wide letters take the room they take on a terminal", () => {
  const lines = tableLines(COLUMNS, [
    { name: "抹茶", quantity: "1" },
    { name: "abcd", quantity: "2" },
  ]);
  expect(lines.slice(1)).toEqual(["抹茶         1", "abcd         2"]);
});

test("control characters of a name do not reach the terminal", () => {
  const [, line] = tableLines(COLUMNS, [{ name: "\u001b[31mred\n", quantity: "1" }]);
  expect(line).toBe("·[31mred·         1");
});

test("one thing is shown as lines, without what it lacks", () => {
  expect(recordLines(COLUMNS, { name: "Mug", quantity: "12" })).toEqual([
    "NAME      Mug",
    "QUANTITY  12",
  ]);
});
