import { Complaint } from "../complaint.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";

/** Between two batches an import may stop: what is written is written, and the rest waits. */
export function stopIfInterrupted({ interrupted }: Io): void {
  if (interrupted.aborted)
    throw new Complaint("INTERRUPTED", "interrupted", { exitCode: EXIT_CODES.interrupted });
}
