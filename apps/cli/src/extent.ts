import { Complaint } from "./complaint.ts";
import { commandLine } from "./confirm.ts";
import type { Context } from "./context.ts";
import type { ExtentOptions } from "./declarations/reading.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { type AskPage, type Extent, walk } from "./listing.ts";
import { printPages, type View } from "./print.ts";

const DEFAULT_ROWS = 100;

/** `--limit`, `--all` and `--cursor` as an extent. */
export function extentOf({ limit, all, cursor }: ExtentOptions): Extent {
  const most = limit === undefined ? DEFAULT_ROWS : wholeNumber(limit, "--limit");
  if (limit !== undefined && all === true)
    throw new Complaint("USAGE", "--limit and --all exclude each other", {
      exitCode: EXIT_CODES.usage,
    });
  return { most: all === true ? Infinity : most, ...(cursor !== undefined && { cursor }) };
}

export function wholeNumber(text: string, flag: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Complaint("USAGE", `${flag} must be a whole number of at least 1; got "${text}"`, {
    exitCode: EXIT_CODES.usage,
  });
}

/** Prints a listing, and says how to see the rest of it. */
export async function printListing<Row, Shown>(
  context: Context,
  { ask, options, view }: { ask: AskPage<Row>; options: ExtentOptions; view: View<Row, Shown> },
): Promise<void> {
  const { rows, cursor } = await printPages(context, walk(ask, extentOf(options)), view);
  if (context.format === "table" && rows === 0) await context.note("nothing found");
  if (cursor === undefined || context.format === "json") return;
  const rest = commandLine([...withoutCursor(context.argv), "--cursor", cursor]);
  await context.note(`there is more: add --all, or go on with\n  ${rest}`);
}

function withoutCursor(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf("--cursor");
  return at < 0 ? argv : [...argv.slice(0, at), ...argv.slice(at + 2)];
}
