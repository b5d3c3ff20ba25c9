import { negative, sum } from "@bincard/client/sum";
import type { Change } from "@bincard/contracts";

/** What a picture is of: one key of one item. */
export interface PicturedKey {
  readonly locationId: string;
  readonly state: "IN_STOCK" | "WASTE";
}

/** One change as this key saw it. */
export interface Moment {
  readonly change: Change;
  /** When it happened, in milliseconds since 1970, microseconds included. */
  readonly at: number;
  /** A physical count resets; everything else adds. */
  readonly isCount: boolean;
  /** What it added; of a physical count its variance. */
  readonly difference: string;
  /** What there was after it. */
  readonly after: string;
  /** Whether something that happened later had been received before it. */
  readonly isLate: boolean;
}

export interface Timeline {
  /** By `(occurredAt, position)`, oldest first: the order that counts (L1). */
  readonly moments: readonly Moment[];
  readonly at: Float64Array;
  /** For the eye; `moments` holds the exact ones. */
  readonly before: Float64Array;
  readonly after: Float64Array;
}

/** Canonical times are in the order of their text, once the Z is off. */
function byTime(left: Change, right: Change): number {
  const [a, b] = [left.occurredAt.slice(0, -1), right.occurredAt.slice(0, -1)];
  return a < b ? -1 : a > b ? 1 : left.position - right.position;
}

export function instantOf(time: string): number {
  const micros = /\.\d{3}(\d{1,3})/.exec(time)?.[1] ?? "";
  return Date.parse(time) + Number(micros.padEnd(3, "0")) / 1_000;
}

/** What a change adds to the key; `undefined` when it does not touch it. A physical count is no addition. */
function added(change: Change, { locationId, state }: PicturedKey): string | undefined {
  if (change.type === "PHYSICAL_COUNT") return undefined;
  const { fromLocationId, toLocationId, quantity } = change;
  const [from, to] =
    change.type === "TRANSFER" ? [change.state, change.state] : [change.fromState, change.toState];
  if (from === state && fromLocationId === locationId) return negative(quantity);
  if (to === state && toLocationId === locationId) return quantity;
  return undefined;
}

function touches(change: Change, key: PicturedKey): boolean {
  if (change.type === "PHYSICAL_COUNT")
    return change.locationId === key.locationId && change.state === key.state;
  return added(change, key) !== undefined;
}

export interface Known {
  /** Whether `changes` go back to the very first one. */
  readonly isComplete: boolean;
  /** The count of the key now, if it has one. */
  readonly now: string | undefined;
}

/**
 * The history of a key, folded as the ledger folds it. As long as older changes are missing it begins with
 * the oldest physical count there is; without one, it is reckoned back from what there is now.
 */
export function timelineOf(
  changes: readonly Change[],
  key: PicturedKey,
  { isComplete, now }: Known,
): Timeline {
  const ordered = changes.filter((change) => touches(change, key)).toSorted(byTime);
  const firstCount = ordered.findIndex(({ type }) => type === "PHYSICAL_COUNT");
  const told = isComplete || firstCount === -1 ? ordered : ordered.slice(firstCount);
  let quantity = "0";
  if (!isComplete && firstCount === -1) {
    const moves = ordered.map((change) => added(change, key) ?? "0");
    quantity = sum(now ?? "0", negative(moves.reduce(sum, "0")));
  }
  const late = lateOnes(told);
  const [at, before, after] = [told, told, told].map(({ length }) => new Float64Array(length));
  if (at === undefined || before === undefined || after === undefined) throw new Error("no arrays");
  const moments = told.map((change, index): Moment => {
    const isCount = change.type === "PHYSICAL_COUNT";
    const next = isCount ? change.quantity : sum(quantity, added(change, key) ?? "0");
    const difference = sum(next, negative(quantity));
    at[index] = instantOf(change.occurredAt);
    before[index] = Number(quantity);
    after[index] = Number(next);
    quantity = next;
    return {
      change,
      at: at[index],
      isCount,
      difference,
      after: next,
      isLate: late.has(change.position),
    };
  });
  return { moments, at, before, after };
}

/** Positions of those that came after something that had happened later. */
function lateOnes(ordered: readonly Change[]): ReadonlySet<number> {
  const late = new Set<number>();
  let earliestAfter = Number.POSITIVE_INFINITY;
  for (const { position } of ordered.toReversed()) {
    if (position > earliestAfter) late.add(position);
    earliestAfter = Math.min(earliestAfter, position);
  }
  return late;
}

/** How many of these instants are not after this one. */
export function countUpTo(at: Float64Array, instant: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? 0) <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
