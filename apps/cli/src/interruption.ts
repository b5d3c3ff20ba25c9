import { Complaint } from "./complaint.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import type { Io } from "./io.ts";

const stopped = () =>
  new Complaint("INTERRUPTED", "interrupted", { exitCode: EXIT_CODES.interrupted });

/** Between two steps a command may stop: what is written is written, and the rest waits. */
export function stopIfInterrupted({ interrupted }: Io): void {
  if (interrupted.aborted) throw stopped();
}

/** Rejects once Ctrl-C is pressed, and never resolves: to be raced. */
export function interruption({ interrupted }: Io): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(stopped());
    if (interrupted.aborted) stop();
    else interrupted.addEventListener("abort", stop, { once: true });
  });
}
