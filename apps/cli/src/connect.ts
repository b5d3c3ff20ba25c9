import { type Bincard, type BincardOptions, createBincard } from "@bincard/client";
import { Complaint } from "./complaint.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import type { Io } from "./io.ts";

/** A client of the server at `url`, over the network or over the `fetch` that a test gives. */
export function connect(io: Io, options: Omit<BincardOptions, "fetch">): Bincard {
  try {
    return createBincard({ ...options, fetch: io.fetch });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Complaint("USAGE", error.message, { exitCode: EXIT_CODES.usage });
  }
}
