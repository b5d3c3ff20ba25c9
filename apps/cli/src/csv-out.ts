import { stringify } from "csv-stringify/sync";
import { type Column, columnsOf } from "./table.ts";

/**
 * A text cell that a spreadsheet would run as a formula gets an apostrophe in front. Numbers are left
 * alone: a count of -3 must stay a number.
 */
export function guardFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

export function csvHeader<Row>(columns: readonly Column<Row>[]): string {
  return stringify([columnsOf("csv", columns).map(({ key }) => key)]);
}

export function csvRows<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  guard: boolean,
): string {
  const written = columnsOf("csv", columns);
  return stringify(
    rows.map((row) =>
      written.map(({ value, kind }) => {
        const text = value(row) ?? "";
        return guard && kind !== "number" ? guardFormula(text) : text;
      }),
    ),
  );
}
