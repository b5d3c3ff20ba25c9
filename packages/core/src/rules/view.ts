import type { Micros } from "@bincard/contracts";
import type { StoredInstant } from "./instant.ts";
import type { Tally } from "./post.ts";

/** How a stored count stands. */
export interface Held {
  readonly tally: Tally;
  /** Receipt time of the last change that moved it; of one that is still on its way it is told on arrival. */
  readonly calculatedAt: Micros;
}

/** What the rules may know of what is stored, as of one position of one merchant. */
export interface View {
  /** The merchant's position that all of this is as of. */
  readonly position: number;
  /** Undefined for a key without a stored count. By `keyText`. */
  held(key: string): Held | undefined;
  /** "ITEM", "ITEM_VARIATION", or undefined when there is none or it is deleted. */
  catalogObjectType(id: string): string | undefined;
  hasLocation(id: string): boolean;
  /** Known for every instant `instantsNeeded` asked for. */
  storedInstant(key: string, at: Micros): StoredInstant;
}
