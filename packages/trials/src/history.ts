/**
 * What a trial remembers of a run: everything it sent, what came back and when, and what the ledger held
 * in the end. One merchant each; `check-history.ts` judges it.
 */

export interface Side {
  readonly location: string;
  readonly state: string;
}

/** A change as the trial sent it, in words that belong to neither door. */
export interface SentChange {
  /** Unique in the whole run; it travels as the reference id, so that the log tells what became of it. */
  readonly tag: string;
  readonly kind: "count" | "adjustment" | "transfer";
  readonly item: string;
  /** Absent for a physical count. */
  readonly from: Side | undefined;
  readonly to: Side;
  readonly quantity: string;
  /** Canonical: UTC, no trailing zeros. */
  readonly occurredAt: string;
}

export interface Batch {
  /** The idempotency key. */
  readonly key: string;
  readonly changes: readonly SentChange[];
  readonly ignoreUnchanged: boolean;
}

export interface KeyedQuantity {
  /** `keyOf` */
  readonly key: string;
  readonly quantity: string;
}

export interface Acknowledged {
  readonly kind: "acknowledged";
  /** Tags of the recorded changes, in the answer's order. */
  readonly recorded: readonly string[];
  readonly counts: readonly KeyedQuantity[];
  /** The merchant's position, where the door tells it. */
  readonly position: number | undefined;
  /** Whether an earlier attempt was answered or may have been: its counts are then of a later moment. */
  readonly replayed: boolean;
}

export type Outcome =
  | Acknowledged
  /** For good: nothing of it may be applied. */
  | { readonly kind: "refused"; readonly code: string }
  /** Nobody knows: once, or not at all. */
  | { readonly kind: "unknown" };

export interface Write {
  readonly batch: Batch;
  /** Milliseconds on one clock: before the first attempt, and after the last answer. */
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly outcome: Outcome;
}

export interface Read {
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly key: string;
  /** Undefined when the key had no count. */
  readonly quantity: string | undefined;
}

/** A change as the ledger holds it. */
export interface LoggedChange {
  readonly position: number;
  readonly tag: string | undefined;
  readonly kind: "count" | "adjustment" | "transfer";
  readonly item: string;
  readonly from: Side | undefined;
  readonly to: Side;
  readonly quantity: string;
  readonly occurredAt: string;
  readonly createdAt: string;
}

export interface History {
  readonly writes: readonly Write[];
  readonly reads: readonly Read[];
  /** By position. */
  readonly log: readonly LoggedChange[];
  /** Every count in the end. */
  readonly counts: readonly KeyedQuantity[];
}

export const keyOf = (item: string, { location, state }: Side): string =>
  `${item} ${location} ${state}`;
