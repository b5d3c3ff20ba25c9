import {
  AuthenticationError,
  type BincardError,
  isBincardError,
  PermissionError,
} from "@bincard/client";
import { commandLine } from "./confirm.ts";
import type { Context } from "./context.ts";
import { interruption } from "./interruption.ts";

/** A request whose fate is unknown, and the command that settles it. */
export class Unsettled extends Error {
  override readonly name = "Unsettled";
  readonly hint: string;
  /** What became of the last attempt. */
  override readonly cause: BincardError;

  constructor(cause: BincardError, hint: string) {
    super(cause.message, { cause });
    this.cause = cause;
    this.hint = hint;
  }
}

/** Before anything is sent, Ctrl-C ends the command at once. */
export function unlessInterrupted<Result>({ io }: Context, work: Promise<Result>): Promise<Result> {
  return Promise.race([work, interruption(io)]);
}

/**
 * Sends a request under a key. Where its fate is unknown, it fails with Unsettled: only the same request
 * settles it (L6). `fixed` are options that make the command the same request, such as its time.
 */
export async function sendOnce<Answer>(
  { argv, io }: Context,
  send: (options: { readonly signal: AbortSignal }) => Promise<Answer>,
  fixed: readonly (readonly [flag: string, value: string])[] = [],
): Promise<Answer> {
  try {
    return await send({ signal: io.interrupted });
  } catch (error) {
    if (!isBincardError(error) || error.idempotencyKey === undefined || !isOpen(error)) throw error;
    const told = [...fixed, ["--key", error.idempotencyKey] as const];
    const flags = told.map(([flag]) => flag);
    const again = [...argv.filter((_, at) => !belongsTo(flags, argv, at)), ...told.flat()];
    throw new Unsettled(
      error,
      `whether it was recorded is not known; this settles it: ${commandLine(again)}`,
    );
  }
}

/**
 * Whether the request may have taken effect. A refusal of an attempt that followed another one says nothing
 * of that other one when it was refused at the door, before the ledger saw the key.
 */
export function isOpen(error: BincardError): boolean {
  if (error.retryable || error.code === "UNREADABLE_ANSWER" || error.code === "ABORTED")
    return true;
  const atTheDoor = error instanceof AuthenticationError || error instanceof PermissionError;
  return atTheDoor && error.attempts > 1;
}

/** Whether the word is one of the flags, or its value. */
function belongsTo(flags: readonly string[], argv: readonly string[], at: number): boolean {
  const [word = "", before = ""] = [argv[at], argv[at - 1]];
  return (
    flags.includes(before) || flags.some((flag) => word === flag || word.startsWith(`${flag}=`))
  );
}
