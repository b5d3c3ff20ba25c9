import { expect, test } from "vitest";
import { csvHeader, csvRows, guardFormula } from "./csv-out.ts";
import type { Column } from "./table.ts";

const COLUMNS: readonly Column<readonly [string, string]>[] = [
  { key: "name", title: "NAME", value: ([name]) => name },
  { key: "quantity", title: "QUANTITY", kind: "number", value: ([, quantity]) => quantity },
  { key: "shown", title: "SHOWN", only: "table", value: () => "x" },
];

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])("%j is guarded", (text) => {
  expect(guardFormula(text)).toBe(`'${text}`);
});

test.each(["", "a=1", "1-1", "'=1"])("%j is left alone", (text) => {
  expect(guardFormula(text)).toBe(text);
});

test("text is guarded, numbers are not, and quotes are doubled", () => {
  expect(csvHeader(COLUMNS)).toBe("name,quantity\n");
  const rows = [
    ["=HYPERLINK(1)", "-3"],
    ['5" pipe, long', "2.5"],
  ] as const;
  expect(csvRows(COLUMNS, rows, true)).toBe(`'=HYPERLINK(1),-3\n"5"" pipe, long",2.5\n`);
  expect(csvRows(COLUMNS, rows.slice(0, 1), false)).toBe("=HYPERLINK(1),-3\n");
});
