import { createWriteStream, type WriteStream } from "node:fs";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import { stringify } from "csv-stringify/sync";
import { write } from "../io.ts";
import type { Row } from "./source-file.ts";

const REASON = "reason";

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
    // A second round of mending replaces the reason of the first.
    const kept = row.fields.filter((_, index) => this.#columns[index] !== REASON);
    const width = this.#columns.filter((column) => column !== REASON).length;
    const padded = [...kept, ...Array.from({ length: Math.max(0, width - kept.length) }, () => "")];
    await write(sink, this.#text([...padded, `line ${row.line}: ${reason}`]));
  }

  async #open(): Promise<WriteStream> {
    const sink = createWriteStream(this.path, { mode: 0o600 });
    // The write that failed reports it; the event would end the process.
    sink.on("error", () => undefined);
    await write(sink, this.#text([...this.#columns.filter((column) => column !== REASON), REASON]));
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
