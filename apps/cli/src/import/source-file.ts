import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { type CsvError, type Info, parse } from "csv-parse";
import { Complaint } from "../complaint.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { ImportMap } from "./map.ts";
import type { Cells } from "./template.ts";

/** A file that is read more than once: as it was when its hash was taken, whatever is appended since. */
export interface SourceFile {
  readonly path: string;
  /** How people named it. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Removes what was kept of stdin. */
  readonly discard: () => Promise<void>;
}

/** Opens a file by its name, or stdin by `-`, which is kept in a temporary file meanwhile. */
export async function openSource(io: Io, name: string): Promise<SourceFile> {
  if (name !== "-") return describeFile(resolve(io.cwd, name), name, async () => undefined);
  if (io.stdin.isTTY === true)
    throw new Complaint("USAGE", "stdin is a terminal: pipe the file into it", {
      exitCode: EXIT_CODES.usage,
      hint: "bincard import csv - --map MAP.json < orders.csv",
    });
  const folder = await mkdtemp(join(tmpdir(), "bincard-import-"));
  const discard = async () => rm(folder, { recursive: true, force: true });
  const path = join(folder, "stdin.csv");
  try {
    await pipeline(io.stdin, createWriteStream(path, { mode: 0o600 }));
    return await describeFile(path, "stdin", discard);
  } catch (error) {
    await discard();
    throw error;
  }
}

async function describeFile(
  path: string,
  name: string,
  discard: () => Promise<void>,
): Promise<SourceFile> {
  try {
    const { size } = await stat(path);
    if (size === 0) throw badFile(name, "is empty");
    const hash = createHash("sha256");
    await pipeline(createReadStream(path, { end: size - 1 }), hash);
    return { path, name, bytes: size, sha256: hash.digest("hex"), discard };
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw unreadable(name, error);
  }
}

export function unreadable(name: string, error: unknown): Complaint {
  return badFile(name, `cannot be read: ${error instanceof Error ? error.message : "unknown"}`);
}

function badFile(name: string, what: string): Complaint {
  return new Complaint("BAD_FILE", `${name} ${what}`, { exitCode: EXIT_CODES.usage });
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

/** Reads the heading, then the rows as they are asked for: a big file is never in memory whole. */
export async function openTable(file: SourceFile, { csv }: ImportMap): Promise<Table> {
  const records = readRecords(file, csv);
  const { value: heading, done } = await records.next();
  if (done === true) throw badFile(file.name, "has no heading");
  const columns = heading.record.map((column) => column.trim());
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) throw badFile(file.name, `has two columns named "${twice}"`);
  return { columns, rows: readRows(records, columns) };
}

async function* readRows(
  records: AsyncGenerator<{ record: string[]; info: Info }>,
  columns: readonly string[],
): AsyncGenerator<Row, void, undefined> {
  let number = 0;
  for await (const { record, info } of records) {
    number += 1;
    // The parser counts the line a record ends on; a cell may hold line breaks of its own.
    const breaks = record.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
    const cells = new Map(columns.map((column, index) => [column, record[index] ?? ""]));
    yield { number, line: info.lines - breaks, fields: record, cells };
  }
}

async function* readRecords(
  { path, name, bytes }: SourceFile,
  { delimiter, encoding }: ImportMap["csv"],
): AsyncGenerator<{ record: string[]; info: Info }, void, undefined> {
  const parser = parse({
    bom: true,
    delimiter,
    encoding,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const input = createReadStream(path, { end: bytes - 1 });
  input.on("error", (error) => parser.destroy(error));
  try {
    yield* input.pipe(parser);
  } catch (error) {
    throw isCsvError(error) ? badFile(name, `is not CSV: ${error.message}`) : error;
  } finally {
    input.destroy();
    parser.destroy();
  }
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && "code" in error && String(error.code).startsWith("CSV_");
}
