import { visible } from "./visible.ts";

export type ImportFaultCode = "BAD_MAP" | "BAD_FILE" | "IMPORT_STOPPED";

/** Why a file cannot be imported at all, in one sentence, and how to go on. */
export class ImportFault extends Error {
  override readonly name = "ImportFault";
  readonly code: ImportFaultCode;
  readonly hint: string | undefined;

  constructor(code: ImportFaultCode, message: string, hint?: string) {
    super(visible(message));
    this.code = code;
    this.hint = hint;
  }
}
