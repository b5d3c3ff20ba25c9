import { ImportFault } from "./fault.ts";
import type { ImportMap } from "./map.ts";
import type { Cells } from "./template.ts";

/** A file that can be read more than once, and is the same each time. */
export interface Source {
  /** How people named it. */
  readonly name: string;
  /** SHA-256 of its bytes: what makes it this file, whatever it is called. */
  readonly sha256: string;
  /** Its records, the heading first; `line` is where each one ends. */
  records(csv: ImportMap["csv"]): AsyncIterable<FileRecord>;
}

export interface FileRecord {
  readonly fields: readonly string[];
  /** The line it ends on; 1 for the first. */
  readonly line: number;
}

/** One row of a file. */
export interface Row {
  /** 1 for the first after the heading. */
  readonly number: number;
  /** The line it begins on; the heading is on line 1. */
  readonly line: number;
  readonly fields: readonly string[];
  readonly cells: Cells;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: AsyncGenerator<Row, void, undefined>;
}

/**
 * Reads the heading, then the rows as they are asked for: a big file is never in memory whole.
 * @throws ImportFault BAD_FILE for a file without a heading, or with two columns of one name.
 */
export async function openTable(source: Source, { csv }: Pick<ImportMap, "csv">): Promise<Table> {
  const records = source.records(csv)[Symbol.asyncIterator]();
  const first = await records.next();
  if (first.done === true) throw new ImportFault("BAD_FILE", `${source.name} has no heading`);
  const columns = first.value.fields.map((column) => column.trim());
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined)
    throw new ImportFault("BAD_FILE", `${source.name} has two columns named "${twice}"`);
  return { columns, rows: readRows(records, columns) };
}

async function* readRows(
  records: AsyncIterator<FileRecord>,
  columns: readonly string[],
): AsyncGenerator<Row, void, undefined> {
  let number = 0;
  try {
    for (;;) {
      const next = await records.next();
      if (next.done === true) return;
      const { fields, line } = next.value;
      number += 1;
      // A cell may hold line breaks of its own.
      const breaks = fields.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
      const cells = new Map(columns.map((column, index) => [column, fields[index] ?? ""]));
      yield { number, line: line - breaks, fields, cells };
    }
  } finally {
    await records.return?.();
  }
}
