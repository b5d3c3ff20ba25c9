import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Bincard } from "@bincard/client";
import { LIMITS, parseTime } from "@bincard/contracts";
import {
  ImportFault,
  type ImportFaultCode,
  importRows,
  type Job,
  newTally,
  parseMap,
  survey,
  type Tally,
} from "@bincard/import";
import { Complaint } from "../complaint.ts";
import { commandLine } from "../confirm.ts";
import type { Context } from "../context.ts";
import type { ImportOptions } from "../declarations/data.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { progressBar, saying } from "../import/progress.ts";
import { RejectedRows } from "../import/rejected.ts";
import { openSource, type SourceFile, unreadable } from "../import/source-file.ts";
import { stopIfInterrupted } from "../interruption.ts";
import { write } from "../io.ts";
import { plural } from "../plural.ts";
import { ndjson, pretty } from "../print.ts";

/** Reads the whole file first and checks it; only then is anything written. */
export async function importCsv(context: Context, call: Call<ImportOptions>): Promise<ExitCode> {
  try {
    return await importing(context, call);
  } catch (error) {
    throw error instanceof ImportFault ? complaintOf(error) : error;
  }
}

async function importing(
  context: Context,
  { args: [name = ""], options }: Call<ImportOptions>,
): Promise<ExitCode> {
  const { io } = context;
  const map = parseMap(await readMap(resolve(io.cwd, options.map), options.map), options.map);
  const file = await openSource(io, name);
  try {
    const checked = saying(io, `checking ${file.name}`);
    const mayGoOn = () => stopIfInterrupted(io);
    const found = await survey(file, { map, mapName: options.map, mayGoOn }).finally(checked);
    const client = await context.client();
    await checkBackdate(client, found.earliest);
    const rejected = new RejectedRows(rejectedPath(context, { name, options }), {
      columns: found.columns,
      csv: map.csv,
    });
    const dryRun = options.dryRun === true;
    const reasons: string[] = [];
    const progress = progressBar(io, found.rows);
    const job: Work = {
      client,
      file,
      map,
      survey: found,
      dryRun,
      mayGoOn,
      rejected,
      reasons,
      async onRejected(row, reason) {
        if (!dryRun) await rejected.add(row, reason);
        else if (reasons.length < REASONS_SHOWN) reasons.push(`line ${row.line}: ${reason}`);
      },
      onProgress: progress.to,
    };
    const tally = await work(context, job).finally(progress.end);
    await report(context, job, tally);
    return tally.rejected > 0 ? EXIT_CODES.partial : EXIT_CODES.ok;
  } finally {
    await file.discard();
  }
}

/** Of a dry run, which writes no file of rejected rows. */
const REASONS_SHOWN = 10;

interface Work extends Job {
  readonly file: SourceFile;
  readonly rejected: RejectedRows;
  /** The first reasons of a dry run. */
  readonly reasons: readonly string[];
}

const EXITS: Readonly<Record<ImportFaultCode, ExitCode>> = {
  BAD_MAP: EXIT_CODES.usage,
  BAD_FILE: EXIT_CODES.usage,
  IMPORT_STOPPED: EXIT_CODES.refused,
};

function complaintOf({ code, message, hint }: ImportFault): Complaint {
  return new Complaint(code, message, {
    exitCode: EXITS[code],
    ...(hint !== undefined && { hint }),
  });
}

async function work(context: Context, job: Work): Promise<Tally> {
  const tally = newTally();
  try {
    await importRows(job, tally);
    return tally;
  } catch (error) {
    const done = tally.imported + tally.alreadyThere + tally.skipped + tally.rejected;
    // Where the same command would stop again, its own hint says what to do.
    const hasHint = error instanceof ImportFault || error instanceof Complaint;
    if (!hasHint || error.code === "INTERRUPTED")
      await context.note(
        `stopped after ${done} of ${job.survey.rows} rows; to go on, without doubling any:\n` +
          `  ${resumption(context, job.file)}`,
      );
    throw error;
  } finally {
    await job.rejected.close();
  }
}

function resumption({ argv }: Context, file: SourceFile): string {
  const command = commandLine(argv);
  return file.name === "stdin" ? `${command}   (with the same input)` : command;
}

async function readMap(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw unreadable(name, error);
  }
}

function rejectedPath(
  { io }: Context,
  { name, options }: { name: string; options: ImportOptions },
): string {
  const beside = name === "-" ? "rejected.csv" : `${name.replace(/\.csv$/i, "")}.rejected.csv`;
  const path = resolve(io.cwd, options.rejected ?? beside);
  if (name === "-" || path !== resolve(io.cwd, name)) return path;
  throw new Complaint("USAGE", "--rejected must not be the file that is imported", {
    exitCode: EXIT_CODES.usage,
  });
}

/** Better refused here, in one sentence, than row by row. */
async function checkBackdate(client: Bincard, earliest: string | undefined): Promise<void> {
  const age = Date.now() - (parseTime(earliest ?? "") ?? Infinity) / 1_000;
  if (age < LIMITS.occurredAtAgeHours * 3_600_000) return;
  const { info } = await client.tokens.current({});
  if (info.scopes.includes("INVENTORY_BACKDATE")) return;
  throw new Complaint(
    "USAGE",
    `the file reaches back to ${earliest}, which this token may not write`,
    {
      exitCode: EXIT_CODES.access,
      hint: "use a token with INVENTORY_BACKDATE: bincard tokens create NAME --scope INVENTORY_BACKDATE …",
    },
  );
}

async function report(context: Context, job: Work, tally: Tally): Promise<void> {
  const { file, survey: found, dryRun, rejected, reasons } = job;
  const { created, openings } = tally;
  const summary = {
    file: file.name,
    sha256: file.sha256,
    dryRun,
    rows: found.rows,
    ...tally,
    ...(rejected.path !== undefined && { rejectedFile: rejected.path }),
  };
  if (context.format === "json") await write(context.io.stdout, pretty(summary));
  if (context.format === "ndjson") await write(context.io.stdout, ndjson([summary]));
  const would = dryRun ? "would be " : "";
  const made = [
    plural(created.items, "item"),
    plural(created.locations, "location"),
    plural(openings, "opening receipt"),
  ];
  const lines = [
    `${file.name}: ${plural(found.rows, "row")}`,
    `  ${tally.imported} ${would}imported, as ${plural(tally.changes, "change")}`,
    ...(tally.alreadyThere > 0 ? [`  ${tally.alreadyThere} imported before, not doubled`] : []),
    ...(tally.skipped > 0 ? [`  ${tally.skipped} skipped by the map`] : []),
    ...(tally.rejected > 0 ? [`  ${tally.rejected} ${would}rejected`] : []),
    ...reasons.map((reason) => `    ${reason}`),
    ...(dryRun && tally.rejected > reasons.length
      ? [`    and ${tally.rejected - reasons.length} more`]
      : []),
    `${would}made: ${made.join(", ")}`,
    ...(found.renamed > 0
      ? [`${plural(found.renamed, "SKU")} with several names: the first is taken`]
      : []),
    ...(rejected.path !== undefined
      ? [`rejected rows: ${rejected.path}; mend them there and import that file`]
      : []),
  ];
  await context.note(lines.join("\n"));
}
