import { type Bincard, type BincardOptions, createBincard } from "@bincard/client";
import type { Io } from "./io.ts";

/** A client of the server at `url`, over the network or over the `fetch` that a test gives. */
export function connect(io: Io, options: Omit<BincardOptions, "fetch">): Bincard {
  return createBincard({ ...options, fetch: io.fetch });
}
