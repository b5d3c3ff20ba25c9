import { type FileHandle, lstat, open } from "node:fs/promises";
import { join, parse as partsOf } from "node:path";
import { finished } from "node:stream/promises";
import {
  type ImportMap,
  rejectedBytes,
  rejectedFields,
  rejectedHeading,
  type Row,
} from "@bincard/import";
import { stringify } from "csv-stringify/sync";
import { Complaint } from "../complaint.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { write } from "../io.ts";

type WriteStream = ReturnType<FileHandle["createWriteStream"]>;

/**
 * Rows that were not imported, as they were in the file, with the reason in one more column. Mended, it is
 * a file to import with the same map: it has the file's delimiter and encoding. The file appears with its
 * first row, and never takes the place of another one, where rows may have been mended.
 */
export class RejectedRows {
  readonly #path: string;
  readonly #columns: readonly string[];
  readonly #csv: ImportMap["csv"];
  #sink: Promise<WriteStream> | undefined;
  #writtenTo: string | undefined;

  constructor(
    path: string,
    { columns, csv }: { columns: readonly string[]; csv: ImportMap["csv"] },
  ) {
    this.#path = path;
    this.#columns = columns;
    this.#csv = csv;
  }

  /** The file that was written; undefined while no row was rejected. */
  get path(): string | undefined {
    return this.#writtenTo;
  }

  async add(row: Row, reason: string): Promise<void> {
    this.#sink ??= this.#begin();
    await this.#write(await this.#sink, rejectedFields(this.#columns, row, reason), "next");
  }

  async #begin(): Promise<WriteStream> {
    const { file, path } = await openNew(this.#path);
    this.#writtenTo = path;
    const sink = file.createWriteStream();
    // The write that failed reports it; the event would end the process.
    sink.on("error", () => undefined);
    await this.#write(sink, rejectedHeading(this.#columns), "first");
    return sink;
  }

  #write(sink: WriteStream, fields: readonly string[], place: "first" | "next"): Promise<void> {
    const { delimiter, encoding } = this.#csv;
    return write(sink, rejectedBytes(stringify([[...fields]], { delimiter }), { encoding, place }));
  }

  async close(): Promise<void> {
    const sink = await this.#sink?.catch(() => undefined);
    if (sink === undefined) return;
    sink.end();
    await finished(sink);
  }
}

/** `left.csv`, or where that is there `left-2.csv` and so on. What is no file, such as a pipe, is taken as it is. */
async function openNew(path: string): Promise<{ file: FileHandle; path: string }> {
  const { dir, name, ext } = partsOf(path);
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? path : join(dir, `${name}-${number}${ext}`);
    try {
      const taken = await lstat(candidate).catch(() => undefined);
      const isNoFile = taken?.isCharacterDevice() === true || taken?.isFIFO() === true;
      return { file: await open(candidate, isNoFile ? "w" : "wx", 0o600), path: candidate };
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") continue;
      throw new Complaint(
        "BAD_FILE",
        `${candidate} cannot be written: ${error instanceof Error ? error.message : "unknown"}`,
        { exitCode: EXIT_CODES.usage },
      );
    }
  }
}
