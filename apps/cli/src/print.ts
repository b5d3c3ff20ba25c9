import { painter } from "./colour.ts";
import { csvHeader, csvRows } from "./csv-out.ts";
import type { Format } from "./formats.ts";
import { type Io, write } from "./io.ts";
import type { Page } from "./listing.ts";
import { type Column, recordLines, tableLines } from "./table.ts";

export interface Print {
  readonly io: Io;
  readonly format: Format;
}

/** How rows are shown: JSON formats print the row itself, tables and CSV print `shown` by columns. */
export interface View<Row, Shown> {
  readonly columns: readonly Column<Shown>[];
  readonly show: (rows: readonly Row[]) => Promise<readonly Shown[]> | readonly Shown[];
}

/**
 * Prints a listing as its pages arrive (NDJSON, CSV) or whole (table, JSON: `{"items", "cursor"}`).
 * Answers the cursor when there is more than was printed.
 */
export async function printPages<Row, Shown>(
  { io, format }: Print,
  pages: AsyncIterable<Page<Row>>,
  view: View<Row, Shown>,
): Promise<{ rows: number; cursor: string | undefined }> {
  const kept: Row[] = [];
  let rows = 0;
  let cursor: string | undefined;
  if (format === "csv") await write(io.stdout, csvHeader(view.columns));
  for await (const page of pages) {
    rows += page.items.length;
    cursor = page.cursor;
    if (format === "ndjson") await write(io.stdout, ndjson(page.items));
    else if (format === "csv")
      await write(io.stdout, csvRows(view.columns, await view.show(page.items), true));
    else kept.push(...page.items);
  }
  if (format === "json")
    await write(io.stdout, pretty({ items: kept, ...(cursor !== undefined && { cursor }) }));
  if (format === "table") await printTable(io, view.columns, await view.show(kept));
  return { rows, cursor };
}

async function printTable<Row>(
  io: Io,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const paint = painter(io, io.stdout);
  const [heading = "", ...lines] = tableLines(columns, rows);
  await write(io.stdout, `${[paint("bold", heading), ...lines].join("\n")}\n`);
}

/** Prints rows that belong to one answer; JSON formats print the answer itself. */
export async function printAnswer<Shown>(
  { io, format }: Print,
  answer: unknown,
  view: { columns: readonly Column<Shown>[]; rows: readonly Shown[] },
): Promise<void> {
  if (format === "json") await write(io.stdout, pretty(answer));
  else if (format === "ndjson") await write(io.stdout, ndjson([answer]));
  else if (format === "csv")
    await write(io.stdout, csvHeader(view.columns) + csvRows(view.columns, view.rows, true));
  else await printTable(io, view.columns, view.rows);
}

/** Prints one thing: `title  value` lines in a table, else as `printAnswer` does. */
export async function printOne<Shown>(
  print: Print,
  thing: unknown,
  { columns, row }: { columns: readonly Column<Shown>[]; row: Shown },
): Promise<void> {
  if (print.format !== "table") return printAnswer(print, thing, { columns, rows: [row] });
  await write(print.io.stdout, `${recordLines(columns, row).join("\n")}\n`);
}

export function pretty(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

export function ndjson(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}
