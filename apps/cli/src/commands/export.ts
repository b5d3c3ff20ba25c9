import { open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import { didYouMean } from "@bincard/import/similar";
import { askChanges, askCounts } from "../asking.ts";
import { CHANGE_COLUMNS, COUNT_COLUMNS, idsOfChange, idsOfCount } from "../columns.ts";
import { Complaint } from "../complaint.ts";
import type { Context } from "../context.ts";
import type { ExportOptions } from "../declarations/data.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Format } from "../formats.ts";
import { walk } from "../listing.ts";
import { Names } from "../names.ts";
import { type Print, printPages } from "../print.ts";

export const exportCsv = (context: Context, call: Call<ExportOptions>) =>
  exportAll(context, call, "csv");
export const exportNdjson = (context: Context, call: Call<ExportOptions>) =>
  exportAll(context, call, "ndjson");

const WHATS = ["counts", "changes"] as const;

/** Everything there is, page by page, to stdout or to a file that appears once it is complete. */
async function exportAll(
  context: Context,
  { args: [what = "counts"], options: { file } }: Call<ExportOptions>,
  format: Format,
): Promise<void> {
  const known = WHATS.find((one) => one === what);
  if (known === undefined)
    throw new Complaint("USAGE", `"${what}" cannot be exported`, {
      exitCode: EXIT_CODES.usage,
      hint: didYouMean(what, WHATS) ?? "counts or changes",
    });
  if (context.format !== "table" && context.format !== format)
    throw new Complaint("USAGE", `"export ${format}" writes ${format}, not ${context.format}`, {
      exitCode: EXIT_CODES.usage,
      hint: `bincard export csv or bincard export ndjson; one JSON value: bincard ${known} --all --json`,
    });
  if (file === undefined || file === "-") {
    const { rows } = await printAll(context, { print: { io: context.io, format }, what: known });
    return context.note(`${rows} ${known}`);
  }
  const path = resolve(context.io.cwd, file);
  const draft = `${path}.part`;
  const opened = await open(draft, "w").catch((error: unknown) => {
    throw new Complaint("BAD_FILE", `${file} cannot be written: ${wordsOf(error)}`, {
      exitCode: EXIT_CODES.usage,
    });
  });
  const sink = opened.createWriteStream();
  // The write that failed reports it; the event would end the process.
  sink.on("error", () => undefined);
  try {
    const print = { io: { ...context.io, stdout: sink }, format };
    const { rows } = await printAll(context, { print, what: known });
    sink.end();
    await finished(sink);
    await rename(draft, path);
    await context.note(`${rows} ${known} in ${file}`);
  } catch (error) {
    sink.destroy();
    await rm(draft, { force: true });
    throw error;
  }
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : "unknown");

async function printAll(
  context: Context,
  { print, what }: { print: Print; what: (typeof WHATS)[number] },
) {
  const client = await context.client();
  const names = new Names(client);
  const all = { most: Infinity };
  if (what === "counts")
    return printPages(print, walk(askCounts(client, {}), all), {
      columns: COUNT_COLUMNS,
      show: (rows) => names.of(rows, idsOfCount),
    });
  return printPages(print, walk(askChanges(client, {}), all), {
    columns: CHANGE_COLUMNS,
    show: (rows) => names.of(rows, idsOfChange),
  });
}
