import { type Bincard, createBincard } from "@bincard/client";
import type { Io } from "./io.ts";

/** A client of the server at `url`, over the network or over the `fetch` that a test gives. */
export function connect(io: Io, { url, token }: { url: string; token: string }): Bincard {
  return createBincard({ url, token, fetch: io.fetch });
}
