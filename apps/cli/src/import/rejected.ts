import { createWriteStream, type WriteStream } from "node:fs";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import { rejectedFields, rejectedHeading, type Row } from "@bincard/import";
import { stringify } from "csv-stringify/sync";
import { write } from "../io.ts";

/**
 * Rows that were not imported, as they were in the file, with the reason in one more column. Mended, it is
 * a file to import with the same map. The file appears with its first row.
 */
export class RejectedRows {
  readonly path: string;
  readonly #columns: readonly string[];
  readonly #delimiter: string;
  #sink: WriteStream | undefined;
  #count = 0;

  constructor(
    path: string,
    { columns, delimiter }: { columns: readonly string[]; delimiter: string },
  ) {
    this.path = resolve(path);
    this.#columns = columns;
    this.#delimiter = delimiter;
  }

  get count(): number {
    return this.#count;
  }

  async add(row: Row, reason: string): Promise<void> {
    this.#count += 1;
    const sink = (this.#sink ??= await this.#open());
    await write(sink, this.#text(rejectedFields(this.#columns, row, reason)));
  }

  async #open(): Promise<WriteStream> {
    const sink = createWriteStream(this.path, { mode: 0o600 });
    // The write that failed reports it; the event would end the process.
    sink.on("error", () => undefined);
    await write(sink, this.#text(rejectedHeading(this.#columns)));
    return sink;
  }

  #text(fields: readonly string[]): string {
    return stringify([[...fields]], { delimiter: this.#delimiter });
  }

  async close(): Promise<void> {
    if (this.#sink === undefined) return;
    this.#sink.end();
    await finished(this.#sink);
  }
}
