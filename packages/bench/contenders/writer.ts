import type { Order, World } from "../work.ts";
import { openBincard, openUngrouped } from "./bincard.ts";
import { openNaive } from "./naive.ts";
import { openPlain } from "./plain.ts";
import { openRaw } from "./raw.ts";

/** A way of writing orders from within a process, without HTTP. */
export interface Writer {
  record(order: Order): Promise<void>;
  close(): Promise<void>;
}

export const WRITERS = {
  bincard: openBincard,
  naive: openNaive,
  plain: openPlain,
  raw: openRaw,
  ungrouped: openUngrouped,
} satisfies Record<string, (world: World, connections: number) => Promise<Writer>>;
