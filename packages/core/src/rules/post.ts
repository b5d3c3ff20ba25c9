import type { Micros, Scaled } from "@bincard/contracts";

/** What a count keeps. No row anywhere stores a balance-after (L3). */
export interface Tally {
  readonly quantity: Scaled;
  /** `occurredAt` of the governing physical count; -Infinity without one. */
  readonly countedAt: Micros;
  /** Newest `occurredAt` on this key; -Infinity for a key nothing ever named. */
  readonly lastAt: Micros;
  /** Position of the last change that governed or moved it; 0 for a key nothing ever named. */
  readonly position: number;
}

export const UNTOUCHED: Tally = {
  quantity: 0n,
  countedAt: -Infinity,
  lastAt: -Infinity,
  position: 0,
};

export interface When {
  readonly occurredAt: Micros;
  readonly position: number;
}

/** A side of an adjustment. Older than the governing count: history only (L3). */
export function add(tally: Tally, quantity: Scaled, { occurredAt, position }: When): Tally {
  if (occurredAt < tally.countedAt) return tally;
  return {
    quantity: tally.quantity + quantity,
    countedAt: tally.countedAt,
    lastAt: Math.max(tally.lastAt, occurredAt),
    position,
  };
}

/**
 * A physical count. `before` is the key's quantity at that instant: what came later stands on top of
 * what was counted (L1). Older than the governing count: history only.
 */
export function reset(
  tally: Tally,
  counted: { readonly quantity: Scaled; readonly before: Scaled },
  { occurredAt, position }: When,
): Tally {
  if (occurredAt < tally.countedAt) return tally;
  const later = tally.quantity - counted.before;
  return {
    quantity: counted.quantity + later,
    countedAt: occurredAt,
    lastAt: Math.max(tally.lastAt, occurredAt),
    position,
  };
}
