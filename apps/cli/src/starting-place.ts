import type { Bincard } from "@bincard/client";
import { Complaint } from "./complaint.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { momentOf } from "./since.ts";

/** Where a command that follows the feed begins. */
export interface Start {
  readonly from?: string;
  readonly since?: string;
}

/** The cursor to begin at: one that was kept, one given, a time, or now. */
export async function startOf(
  { feed }: Bincard,
  { from, since }: Start,
  kept?: string,
): Promise<string> {
  if (from !== undefined && since !== undefined)
    throw usage("--from and --since exclude each other");
  if (kept !== undefined) return kept;
  if (from !== undefined) return from;
  const receivedBy = since === undefined ? undefined : momentOf(since, Date.now());
  if (since !== undefined && receivedBy === undefined)
    throw usage(`"${since}" is neither a time nor a while`, "such as 90s, 15m, 1h, 2d");
  return (await feed.locate(receivedBy === undefined ? {} : { receivedBy })).cursor;
}

function usage(message: string, hint?: string): Complaint {
  const exitCode = EXIT_CODES.usage;
  return new Complaint("USAGE", message, hint === undefined ? { exitCode } : { exitCode, hint });
}
