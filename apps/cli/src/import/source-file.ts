import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { type FileRecord, type ImportMap, type Source, visible } from "@bincard/import";
import { CsvError, type Info, parse } from "csv-parse";
import { Complaint } from "../complaint.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";

/** A file that is read more than once: as it was when its hash was taken, whatever is appended since. */
export interface SourceFile extends Source {
  readonly path: string;
  readonly bytes: number;
  /** Removes what was kept of stdin. */
  readonly discard: () => Promise<void>;
}

interface Parsed {
  readonly record: string[];
  readonly info: Info;
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
    const file = { path, name, bytes: size };
    const records = (csv: ImportMap["csv"]) => readRecords(file, csv);
    return { ...file, sha256: hash.digest("hex"), records, discard };
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw unreadable(name, error);
  }
}

export function unreadable(name: string, error: unknown): Complaint {
  return badFile(name, `cannot be read: ${error instanceof Error ? error.message : "unknown"}`);
}

function badFile(name: string, what: string): Complaint {
  return new Complaint("BAD_FILE", visible(`${name} ${what}`), { exitCode: EXIT_CODES.usage });
}

async function* readRecords(
  { path, name, bytes }: Pick<SourceFile, "path" | "name" | "bytes">,
  { delimiter, encoding }: ImportMap["csv"],
): AsyncGenerator<FileRecord, void, undefined> {
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
    for await (const { record, info } of input.pipe(parser) as AsyncIterable<Parsed>)
      yield { fields: record, line: info.lines };
  } catch (error) {
    throw error instanceof CsvError ? badFile(name, `is not CSV: ${shortened(error)}`) : error;
  } finally {
    input.destroy();
    parser.destroy();
  }
}

/** The parser quotes the whole cell, which may be the rest of the file. */
function shortened({ message }: CsvError): string {
  if (message.length <= MESSAGE_CHARACTERS) return message;
  // A letter of two halves is not cut between them.
  return `${message.slice(0, MESSAGE_CHARACTERS).replace(/\p{Surrogate}$/u, "")}…`;
}

const MESSAGE_CHARACTERS = 200;
