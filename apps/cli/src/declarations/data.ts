import type { Command } from "commander";
import { type Declare, declareGroup } from "../declare.ts";

export interface ImportOptions {
  readonly map: string;
  readonly dryRun?: boolean;
  readonly rejected?: string;
}
export interface ExportOptions {
  readonly file?: string;
}

const WHAT = { name: "[what]", about: "counts (default) or changes" };
const FILE = { flags: "--file <file>", about: "where to (default: stdout)" };

/** Data in and out, by the file. */
export function declareData(program: Command, declare: Declare): void {
  const imports = declareGroup(program, "import", "files into changes");
  declare<ImportOptions>(imports, {
    name: "csv",
    args: [{ name: "<file>", about: "the file, or - for stdin" }],
    about: "turn the rows of a CSV file into changes, by a map",
    options: [
      { flags: "--map <map.json>", about: "how rows become changes", mandatory: true },
      {
        flags: "--dry-run",
        about: "read and check everything, write nothing, say why rows would be rejected",
      },
      {
        flags: "--rejected <file>",
        about: "rows that were not imported, with the reason; never written over another file",
      },
    ],
    notes:
      "Run again after an interruption, or by mistake, nothing is doubled: the keys derive from the\n" +
      "file's content and the row numbers. Mend rejected rows in their own file and import that one;\n" +
      "an edited copy of the whole file is another file. The format of a map: docs/reference/import-map.md",
    examples: [
      "bincard import csv orders.csv --map orders.map.json --dry-run",
      "bincard import csv orders.csv --map orders.map.json --rejected rejected.csv",
    ],
    action: async (context, call) =>
      (await import("../commands/import.ts")).importCsv(context, call),
  });
  const exports = declareGroup(program, "export", "counts and changes into files");
  declare<ExportOptions>(exports, {
    name: "csv",
    args: [WHAT],
    about: "as CSV, with names; text that a spreadsheet would run is guarded",
    options: [FILE],
    examples: [
      "bincard export csv counts --file counts.csv",
      "bincard export csv changes > changes.csv",
    ],
    action: async (context, call) =>
      (await import("../commands/export.ts")).exportCsv(context, call),
  });
  declare<ExportOptions>(exports, {
    name: "ndjson",
    args: [WHAT],
    about: "as JSON, one object a line",
    options: [FILE],
    examples: ["bincard export ndjson changes --file changes.ndjson"],
    action: async (context, call) =>
      (await import("../commands/export.ts")).exportNdjson(context, call),
  });
}
