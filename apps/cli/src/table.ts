import stringWidth from "string-width";

/** One column of a listing: `key` heads it in CSV, `title` in a table. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** Numbers line up on their decimal point. */
  readonly kind?: "text" | "number";
  /** Shown there only: people read names, programs read ids. */
  readonly only?: "table" | "csv";
  readonly value: (row: Row) => string | undefined;
}

/** The columns that such a listing has. */
export function columnsOf<Row>(
  kind: "table" | "csv",
  columns: readonly Column<Row>[],
): readonly Column<Row>[] {
  return columns.filter(({ only }) => only === undefined || only === kind);
}

// Names come from files and other people: a control character must not reach a terminal.
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;

function visible(text: string): string {
  return text.replace(CONTROLS, "\u00b7");
}

function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - stringWidth(text))) + text;
}

/** The text after the digits before the point: `.5` of `12.5`. */
function fractionOf(text: string): string {
  const point = text.indexOf(".");
  return point < 0 ? "" : text.slice(point);
}

/** Quantities of one column, padded so that their points stand below one another. */
export function alignOnPoint(quantities: readonly string[]): string[] {
  const places = Math.max(0, ...quantities.map((text) => fractionOf(text).length));
  const padded = quantities.map((text) =>
    padEnd(text, text.length - fractionOf(text).length + places),
  );
  const width = Math.max(0, ...padded.map((text) => text.length));
  return padded.map((text) => padStart(text, width));
}

/** A table as lines of text: the heading first, then a line a row. No heading rule, no borders. */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const filled = columnsOf("table", columns).map((column) => {
    const texts = rows.map((row) => visible(column.value(row) ?? ""));
    const number = column.kind === "number";
    const cells = number ? alignOnPoint(texts) : texts;
    const width = Math.max(stringWidth(column.title), ...cells.map((cell) => stringWidth(cell)));
    const pad = number ? padStart : padEnd;
    return [column.title, ...cells].map((cell) => pad(cell, width));
  });
  return Array.from({ length: rows.length + 1 }, (_, line) =>
    filled
      .map((cells) => cells[line] ?? "")
      .join("  ")
      .trimEnd(),
  );
}

/** One thing as `title  value` lines; what it lacks is left out. */
export function recordLines<Row>(columns: readonly Column<Row>[], row: Row): string[] {
  const present = columnsOf("table", columns).flatMap((column) => {
    const text = column.value(row);
    return text === undefined ? [] : [{ title: column.title, text: visible(text) }];
  });
  const width = Math.max(0, ...present.map(({ title }) => stringWidth(title)));
  return present.map(({ title, text }) => `${padEnd(title, width)}  ${text}`);
}
