import { type ErrorCode, isBincardError, type TransportCode } from "@bincard/client";
import { type Failure, FAILURES, formatPath } from "@bincard/contracts/failure";
import { painter } from "./colour.ts";
import { Complaint } from "./complaint.ts";
import { EXIT_CODES, type ExitCode } from "./exit-codes.ts";
import { RENDERINGS } from "./failures.ts";
import type { Io } from "./io.ts";
import { isOpen, Unsettled } from "./settle.ts";

/** Why a command stopped, in the form it is printed: as text, or as this object on one line of JSON. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
  /** Where in the request: `changes[2].quantity`. */
  readonly at?: string;
  readonly hint?: string;
  /** The server's name for the request. */
  readonly request?: string;
  /** The key the request was made under: with it, the same request settles what became of it. */
  readonly key?: string;
  /** Every fault of the request, when there are several. */
  readonly failures?: readonly { code: string; message: string; at?: string }[];
}

const ON_THE_WAY: Readonly<Record<TransportCode, { exitCode: ExitCode; hint?: string }>> = {
  NETWORK_FAULT: {
    exitCode: EXIT_CODES.unreachable,
    hint: "is the server running, and is this its address? See: bincard doctor",
  },
  TIMED_OUT: { exitCode: EXIT_CODES.unreachable, hint: "see: bincard doctor" },
  UNREADABLE_ANSWER: {
    exitCode: EXIT_CODES.unreachable,
    hint: "is this the address of a Bincard server? See: bincard doctor",
  },
  ABORTED: { exitCode: EXIT_CODES.interrupted },
};

/** For commands that are not given a key by an option. */
const SETTLED_BY_KEY =
  "whether it took effect is not known; the same request with this idempotencyKey settles it";

function renderingOf(
  code: ErrorCode,
  failure: Failure | undefined,
): { exitCode: ExitCode; hint?: string } {
  if (Object.hasOwn(RENDERINGS, code)) {
    const { exitCode, hint: said } = RENDERINGS[code as keyof typeof RENDERINGS];
    const hint = typeof said === "function" ? failure && said(failure) : said;
    return { exitCode, ...(hint !== undefined && { hint }) };
  }
  if (Object.hasOwn(ON_THE_WAY, code)) return ON_THE_WAY[code as TransportCode];
  // A newer server may refuse in words this CLI does not know.
  return { exitCode: EXIT_CODES.failure };
}

/** Everything that can end a command, in one form. `command` are the words that name it. */
export function faultOf(error: unknown, command: readonly string[]): Fault {
  if (error instanceof Complaint) {
    const { code, message, exitCode, hint } = error;
    return { code, message, exitCode, ...(hint !== undefined && { hint }) };
  }
  if (error instanceof Unsettled) {
    const { code, ...rest } = faultOf(error.cause, command);
    const { hint } = error;
    return code === "ABORTED"
      ? { ...rest, code: "INTERRUPTED", message: "interrupted", hint }
      : { ...rest, code, hint };
  }
  if (isBincardError(error)) {
    const { code, message, failures, requestId, idempotencyKey } = error;
    const [first, ...others] = failures.map(shown);
    return {
      ...(first ?? { code, message }),
      ...renderingOf(code, failures[0]),
      ...(idempotencyKey !== undefined && isOpen(error) && { hint: SETTLED_BY_KEY }),
      ...(requestId !== undefined && { request: requestId }),
      // A malformed request leaves no trace: its key is as good as none.
      ...(idempotencyKey !== undefined && !isMalformed(code) && { key: idempotencyKey }),
      ...(first !== undefined && others.length > 0 && { failures: [first, ...others] }),
    };
  }
  if (isUsage(error)) return usageFault(error, command);
  const message = error instanceof Error ? error.message : String(error);
  return { code: "UNEXPECTED", message, exitCode: EXIT_CODES.failure };
}

function isMalformed(code: ErrorCode): boolean {
  return (
    Object.hasOwn(FAILURES, code) && FAILURES[code as keyof typeof FAILURES].kind === "request"
  );
}

function shown({ code, message, path }: Failure): { code: string; message: string; at?: string } {
  return { code, message, ...(path.length > 0 && { at: formatPath(path) }) };
}

function isUsage(error: unknown): error is Error {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    error.code.startsWith("commander.")
  );
}

/** Commander's words without its "error: ", its did-you-mean as the hint. */
function usageFault({ message }: Error, command: readonly string[]): Fault {
  const [said = "", suggestion] = message.replace(/^error: /, "").split("\n");
  const help = `see: ${["bincard", "help", ...command].join(" ")}`;
  const hint = suggestion?.replace(/^\((.*)\)$/, "$1") ?? help;
  return { code: "USAGE", message: said, exitCode: EXIT_CODES.usage, hint };
}

const SHOWN_AT_MOST = 10;

/** The fault as stderr gets it. */
export function faultText(fault: Fault, { io, machine }: { io: Io; machine: boolean }): string {
  if (machine) return `${JSON.stringify({ error: fault })}\n`;
  const paint = painter(io, io.stderr);
  const several = fault.failures ?? [fault];
  const lines = several
    .slice(0, SHOWN_AT_MOST)
    .flatMap(({ code, message, at }) => [
      `${paint("red", `error[${code}]:`)} ${message}`,
      ...(at === undefined ? [] : [`  at: ${at}`]),
    ]);
  if (several.length > SHOWN_AT_MOST) lines.push(`  and ${several.length - SHOWN_AT_MOST} more`);
  if (fault.hint !== undefined) lines.push(`  hint: ${fault.hint}`);
  if (fault.key !== undefined) lines.push(`  key: ${fault.key}`);
  if (fault.request !== undefined) lines.push(`  request: ${fault.request}`);
  return `${lines.join("\n")}\n`;
}
