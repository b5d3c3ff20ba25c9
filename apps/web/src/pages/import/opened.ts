import type { Begun } from "./begun.ts";
import type { CsvSource } from "./csv-source.ts";
import type { Mapping } from "./mapping.ts";

/** A file that was read as far as its first rows. */
export interface Opened {
  readonly source: CsvSource;
  readonly columns: readonly string[];
  readonly firstRows: readonly (readonly string[])[];
  readonly mapping: Mapping;
  /** An import of this very file that was begun in this browser. */
  readonly begun: Begun | undefined;
}

/** How the bytes become columns. */
export interface Reading {
  readonly delimiter: string;
  readonly encoding: Mapping["encoding"];
}
