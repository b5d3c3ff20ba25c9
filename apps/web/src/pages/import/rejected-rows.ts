import {
  type ImportMap,
  rejectedBytes,
  rejectedFields,
  rejectedHeading,
  type Row,
} from "@bincard/import";
import { stringify } from "csv-stringify/browser/esm/sync";

export interface Rejected {
  /** The line the row begins on. */
  readonly line: number;
  readonly reason: string;
}

const SHOWN = 100;
const PIECE_CHARACTERS = 1_000_000;

/**
 * The rows that were not taken: the first of them to be looked at, all of them as a file. A file's text is
 * handed to the browser piece by piece, so that a bad file of any size fits.
 */
export class RejectedRows {
  readonly #columns: readonly string[];
  readonly #csv: ImportMap["csv"];
  readonly #first: Rejected[] = [];
  #file = new Blob([], { type: "text/csv" });
  #text: string[] = [];
  #length = 0;
  #count = 0;

  constructor(columns: readonly string[], csv: ImportMap["csv"]) {
    this.#columns = columns;
    this.#csv = csv;
    this.#write(rejectedHeading(columns));
  }

  add(row: Row, reason: string): void {
    this.#count += 1;
    if (this.#first.length < SHOWN) this.#first.push({ line: row.line, reason });
    this.#write(rejectedFields(this.#columns, row, reason));
  }

  get count(): number {
    return this.#count;
  }

  get first(): readonly Rejected[] {
    return this.#first;
  }

  /** With the file's own heading, delimiter and encoding, and the reasons. */
  file(): Blob {
    this.#flush();
    return this.#file;
  }

  #write(fields: readonly string[]): void {
    const text = stringify([[...fields]], { delimiter: this.#csv.delimiter });
    this.#text.push(text);
    this.#length += text.length;
    if (this.#length >= PIECE_CHARACTERS) this.#flush();
  }

  #flush(): void {
    const place = this.#file.size === 0 ? "first" : "next";
    const bytes = rejectedBytes(this.#text.join(""), { encoding: this.#csv.encoding, place });
    this.#file = new Blob([this.#file, bytes], { type: "text/csv" });
    this.#text = [];
    this.#length = 0;
  }
}
