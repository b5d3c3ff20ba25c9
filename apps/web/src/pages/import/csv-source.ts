import {
  type FileRecord,
  ImportFault,
  type ImportMap,
  sha256OfPieces,
  type Source,
} from "@bincard/import";
import { CsvError, type Info, parse } from "csv-parse/browser/esm";

type Csv = ImportMap["csv"];

/** So much of a file is in memory at a time. */
const PIECE_BYTES = 262_144;

interface Parsed {
  readonly record: string[];
  readonly info: Info;
}

const isParsed = (given: unknown): given is Parsed =>
  typeof given === "object" && given !== null && "record" in given && "info" in given;

/** Told how much of the file has been read, from 0 to 1. */
export type TellShare = (share: number) => void;

/**
 * A file that somebody chose, as the import reads it: under the same name as the CLI's, byte by byte. It is read
 * from the disk in pieces each time, so that its size does not matter.
 */
export class CsvSource implements Source {
  readonly name: string;
  readonly sha256: string;
  readonly #file: File;

  private constructor(file: File, sha256: string) {
    this.name = file.name;
    this.#file = file;
    this.sha256 = sha256;
  }

  /** @throws ImportFault BAD_FILE for an empty one, and one that cannot be read. */
  static async of(file: File, tell?: TellShare): Promise<CsvSource> {
    if (file.size === 0) throw new ImportFault("BAD_FILE", `${file.name} is empty`);
    return new CsvSource(file, await sha256OfPieces(piecesOf(file, tell)));
  }

  /** The same file; each reading of it tells how far it is. */
  telling(tell: TellShare): Source {
    return {
      name: this.name,
      sha256: this.sha256,
      records: (csv) => this.records(csv, tell),
    };
  }

  /** @throws ImportFault BAD_FILE for what is not CSV. */
  async *records(csv: Csv, tell?: TellShare): AsyncGenerator<FileRecord, void, undefined> {
    const parsing = new Parsing(csv.delimiter);
    const decode = decoderOf(csv.encoding);
    try {
      for await (const piece of piecesOf(this.#file, tell))
        yield* recordsOf(await parsing.take(decode(piece)));
      yield* recordsOf(await parsing.end(decode(undefined)));
    } catch (error) {
      if (error instanceof CsvError)
        throw new ImportFault("BAD_FILE", `${this.name} is not CSV: ${error.message}`);
      throw error;
    }
  }
}

function recordsOf(parsed: readonly Parsed[]): readonly FileRecord[] {
  return parsed.map(({ record, info }) => ({ fields: record, line: info.lines }));
}

/** The file's bytes in order. Reading one that was changed since it was chosen fails. */
async function* piecesOf(file: File, tell?: TellShare): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < file.size; from += PIECE_BYTES) {
    const to = Math.min(file.size, from + PIECE_BYTES);
    let bytes: ArrayBuffer;
    try {
      bytes = await file.slice(from, to).arrayBuffer();
    } catch {
      throw new ImportFault(
        "BAD_FILE",
        `${file.name} cannot be read`,
        "it was changed or moved since it was chosen: choose it again",
      );
    }
    tell?.(to / file.size);
    yield new Uint8Array(bytes);
  }
}

/** Text in, records out, as they are complete. */
class Parsing {
  readonly #parser;
  #ready: Parsed[] = [];
  #fault: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(delimiter: string) {
    this.#parser = parse({
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    // Its types tell of records without what they come with when `info` is asked for.
    this.#parser.on("data", (given: unknown) => isParsed(given) && this.#ready.push(given));
    this.#parser.on("end", () => this.#wake());
    this.#parser.on("error", (error) => {
      this.#fault = error;
      this.#wake();
    });
  }

  async take(text: string): Promise<readonly Parsed[]> {
    if (text !== "") await this.#until((done) => void this.#parser.write(text, done));
    return this.#drained();
  }

  async end(text: string): Promise<readonly Parsed[]> {
    const last = await this.take(text);
    await this.#until(() => void this.#parser.end());
    return [...last, ...this.#drained()];
  }

  async #until(act: (done: () => void) => void): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      act(resolve);
    });
    if (this.#fault !== undefined) throw this.#fault;
  }

  #drained(): readonly Parsed[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}

/** What a file is written in, by its first bytes: a mark of UTF-16, or what UTF-8 cannot be. */
export function guessEncoding(bytes: Uint8Array): Csv["encoding"] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf16le";
  try {
    // The last letter may be cut.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return "utf8";
  } catch {
    return "latin1";
  }
}

/** Bytes to text, piece by piece; `undefined` at the end. What browsers call latin1 is another encoding than Node's. */
export function decoderOf(encoding: Csv["encoding"]): (piece: Uint8Array | undefined) => string {
  if (encoding === "latin1") return latin1;
  const decoder = new TextDecoder(encoding === "utf8" ? "utf-8" : "utf-16le");
  return (piece) =>
    piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
}

function latin1(bytes: Uint8Array = new Uint8Array()): string {
  const pieces: string[] = [];
  for (let from = 0; from < bytes.length; from += 8_192)
    pieces.push(String.fromCharCode(...bytes.subarray(from, from + 8_192)));
  return pieces.join("");
}
