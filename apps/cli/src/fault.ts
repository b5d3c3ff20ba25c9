import { type ErrorCode, isBincardError, type TransportCode } from "@bincard/client";
import { type Failure, formatPath } from "@bincard/contracts/failure";
import { painter } from "./colour.ts";
import { Complaint } from "./complaint.ts";
import { EXIT_CODES, type ExitCode } from "./exit-codes.ts";
import { RENDERINGS } from "./failures.ts";
import type { Io } from "./io.ts";

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

function renderingOf(code: ErrorCode): { exitCode: ExitCode; hint?: string } {
  if (Object.hasOwn(RENDERINGS, code)) return RENDERINGS[code as keyof typeof RENDERINGS];
  if (Object.hasOwn(ON_THE_WAY, code)) return ON_THE_WAY[code as TransportCode];
  // A newer server may refuse in words this CLI does not know.
  return { exitCode: EXIT_CODES.failure };
}

/** Everything that can end a command, in one form. */
export function faultOf(error: unknown, argv: readonly string[]): Fault {
  if (error instanceof Complaint) {
    const { code, message, exitCode, hint } = error;
    return { code, message, exitCode, ...(hint !== undefined && { hint }) };
  }
  if (isBincardError(error)) {
    const { code, message, failures, requestId, idempotencyKey } = error;
    const [first, ...others] = failures.map(shown);
    return {
      ...(first ?? { code, message }),
      ...renderingOf(code),
      ...(requestId !== undefined && { request: requestId }),
      ...(idempotencyKey !== undefined && { key: idempotencyKey }),
      ...(first !== undefined && others.length > 0 && { failures: [first, ...others] }),
    };
  }
  if (isUsage(error)) return usageFault(error, argv);
  const message = error instanceof Error ? error.message : String(error);
  return { code: "UNEXPECTED", message, exitCode: EXIT_CODES.failure };
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
function usageFault({ message }: Error, argv: readonly string[]): Fault {
  const [said = "", suggestion] = message.replace(/^error: /, "").split("\n");
  const words = argv.slice(0, 2).filter((word) => /^[a-z]+$/.test(word));
  const help = `see: bincard ${["help", ...words.slice(0, 1)].join(" ")}`;
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
