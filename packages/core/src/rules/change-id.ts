import { fromBase32, toBase32 } from "../base32.ts";

const POSITION_DIGITS = 11;

/**
 * A change's id is its merchant's id and its position: unique everywhere, in commit order, and found by
 * the primary key without an index of its own.
 */
export function changeIdOf(merchantId: string, position: number): string {
  return merchantId + toBase32(position, POSITION_DIGITS);
}

/** The position an id stands for; `undefined` when it cannot be one of this merchant's. */
export function positionOf(merchantId: string, changeId: string): number | undefined {
  if (!changeId.startsWith(merchantId)) return undefined;
  const digits = changeId.slice(merchantId.length);
  return digits.length === POSITION_DIGITS ? fromBase32(digits) : undefined;
}
