import {
  type FileRecord,
  ImportFault,
  type ImportMap,
  sha256Of,
  type Source,
} from "@bincard/import";
import { CsvError, type Info, parse } from "csv-parse/browser/esm/sync";

type Csv = ImportMap["csv"];

/** A page is drawn between so many rows. */
const ROWS_PER_BREATH = 2_000;

interface Parsed {
  readonly record: string[];
  readonly info: Info;
}

const isParsed = (given: unknown): given is Parsed =>
  typeof given === "object" && given !== null && "record" in given && "info" in given;

/** A file that somebody chose, as the import reads it: under the same name as the CLI's, byte by byte. */
export class CsvSource implements Source {
  readonly name: string;
  readonly sha256: string;
  readonly #bytes: Uint8Array;
  #parsed: { readonly key: string; readonly records: readonly Parsed[] } | undefined;

  private constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.#bytes = bytes;
    this.sha256 = sha256Of(bytes);
  }

  /** @throws ImportFault BAD_FILE for an empty one. */
  static async of(file: File): Promise<CsvSource> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (bytes.length === 0) throw new ImportFault("BAD_FILE", `${file.name} is empty`);
    return new CsvSource(file.name, bytes);
  }

  /** @throws ImportFault BAD_FILE for what is not CSV. */
  async *records(csv: Csv): AsyncGenerator<FileRecord, void, undefined> {
    let row = 0;
    for (const { record, info } of this.#read(csv)) {
      row += 1;
      if (row % ROWS_PER_BREATH === 0) await new Promise((next) => setTimeout(next));
      yield { fields: record, line: info.lines };
    }
  }

  #read({ delimiter, encoding }: Csv): readonly Parsed[] {
    const key = `${delimiter} ${encoding}`;
    if (this.#parsed?.key === key) return this.#parsed.records;
    try {
      // Its types tell of records without what they come with when `info` is asked for.
      const given: readonly unknown[] = parse(decoded(this.#bytes, encoding), {
        bom: true,
        delimiter,
        info: true,
        relax_column_count: true,
        skip_empty_lines: true,
      });
      const records = given.filter(isParsed);
      this.#parsed = { key, records };
      return records;
    } catch (error) {
      if (error instanceof CsvError)
        throw new ImportFault("BAD_FILE", `${this.name} is not CSV: ${error.message}`);
      throw error;
    }
  }
}

/** As Node decodes: what browsers call latin1 is another encoding. */
function decoded(bytes: Uint8Array, encoding: Csv["encoding"]): string {
  switch (encoding) {
    case "utf8":
      return new TextDecoder("utf-8").decode(bytes);
    case "utf16le":
      return new TextDecoder("utf-16le").decode(bytes);
    case "latin1": {
      const pieces: string[] = [];
      for (let from = 0; from < bytes.length; from += 8_192)
        pieces.push(String.fromCharCode(...bytes.subarray(from, from + 8_192)));
      return pieces.join("");
    }
  }
}
