import type { ExitCode } from "./exit-codes.ts";

/** Codes of what only the CLI itself can find wrong; the ledger's own are in the contracts. */
export type ComplaintCode =
  | "USAGE"
  | "CONFIRMATION_NEEDED"
  | "NO_TOKEN"
  | "NOT_FOUND"
  | "AMBIGUOUS"
  | "BAD_CONFIG"
  | "BAD_FILE"
  | "BAD_MAP"
  | "BAD_JSON"
  | "NOT_EMPTY"
  | "NOT_PERMITTED"
  | "INTERRUPTED"
  | "IMPORT_STOPPED"
  | "UNAVAILABLE"
  | "UNEXPECTED";

/** Thrown by a command that stops for a reason of its own: what happened, and how to go on. */
export class Complaint extends Error {
  override readonly name = "Complaint";
  readonly code: ComplaintCode;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(code: ComplaintCode, message: string, rest: { exitCode: ExitCode; hint?: string }) {
    super(message);
    this.code = code;
    this.exitCode = rest.exitCode;
    this.hint = rest.hint;
  }
}
