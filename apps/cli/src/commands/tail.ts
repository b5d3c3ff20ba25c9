import { readFile, rename, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Bincard, type FeedPage, isBincardError } from "@bincard/client";
import { CHANGE_COLUMNS, idsOfChange } from "../columns.ts";
import { Complaint } from "../complaint.ts";
import { commandLine } from "../confirm.ts";
import type { Context } from "../context.ts";
import { csvHeader, csvRows } from "../csv-out.ts";
import type { TailOptions } from "../declarations/feed.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { stopIfInterrupted } from "../interruption.ts";
import { write } from "../io.ts";
import { Names } from "../names.ts";
import { ndjson } from "../print.ts";
import { startOf } from "../starting-place.ts";
import { tableLines } from "../table.ts";

/** Prints changes as they are recorded, from a place on, until it is interrupted. */
export async function tail(context: Context, { options }: Call<TailOptions>): Promise<void> {
  const { io, format } = context;
  if (format === "json")
    throw usage("changes as they come are not one JSON value", "use -o ndjson: one change a line");
  const client = await context.client(({ waitMs, error }) => {
    const soon = Math.round(waitMs / 100) / 10;
    void context.note(`-- ${error.message}; trying again in ${soon} s, nothing is lost`);
  });
  let cursor = await beginning(client, { options, cwd: io.cwd });
  const print = printer(context, client);
  try {
    for await (const page of pagesFrom(client, { cursor, once: options.once === true, io })) {
      await print(page);
      cursor = page.cursor;
      if (options.keep !== undefined) await keep(resolve(io.cwd, options.keep), cursor);
    }
  } catch (error) {
    if (!isBincardError(error, "ABORTED")) throw error;
  }
  if (options.keep === undefined)
    await context.note(`go on with\n  ${commandLine(["changes", "tail", "--from", cursor])}`);
  stopIfInterrupted(io);
}

interface From {
  readonly cursor: string;
  readonly once: boolean;
  readonly io: Context["io"];
}

async function* pagesFrom(client: Bincard, { cursor, once, io }: From): AsyncGenerator<FeedPage> {
  const signal = io.interrupted;
  if (!once) {
    yield* client.feed.follow({ after: cursor }, { signal });
    return;
  }
  let page = await client.feed.read({ after: cursor, limit: 1_000 }, { signal });
  yield page;
  while (page.more) {
    page = await client.feed.read({ after: page.cursor, limit: 1_000 }, { signal });
    yield page;
  }
}

/** The kept cursor goes before all else. */
async function beginning(
  client: Bincard,
  { options, cwd }: { options: TailOptions; cwd: string },
): Promise<string> {
  const { keep: file } = options;
  const kept = file === undefined ? undefined : await readKept(resolve(cwd, file));
  return startOf(client, options, kept);
}

async function readKept(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (Object(error)["code"] === "ENOENT") return "";
    throw new Complaint("BAD_FILE", `${path} cannot be read`, { exitCode: EXIT_CODES.usage });
  });
  return text.trim() === "" ? undefined : text.trim();
}

/** Whole or not at all: a power cut must not leave half a cursor. */
async function keep(path: string, cursor: string): Promise<void> {
  await writeFile(`${path}.part`, `${cursor}\n`);
  await rename(`${path}.part`, path);
}

function printer({ io, format }: Context, client: Bincard) {
  const names = new Names(client);
  let isFirst = true;
  return async ({ changes }: FeedPage): Promise<void> => {
    const begins = isFirst;
    isFirst = isFirst && changes.length === 0;
    if (format === "ndjson") return write(io.stdout, ndjson(changes));
    const rows = changes.length === 0 ? [] : await names.of(changes, idsOfChange);
    if (format === "csv")
      return write(
        io.stdout,
        (begins && !isFirst ? csvHeader(CHANGE_COLUMNS) : "") + csvRows(CHANGE_COLUMNS, rows, true),
      );
    if (rows.length === 0) return;
    const lines = tableLines(CHANGE_COLUMNS, rows);
    await write(io.stdout, `${lines.slice(begins ? 0 : 1).join("\n")}\n`);
  };
}

function usage(message: string, hint?: string): Complaint {
  const exitCode = EXIT_CODES.usage;
  return new Complaint("USAGE", message, hint === undefined ? { exitCode } : { exitCode, hint });
}
