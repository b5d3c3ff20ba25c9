import type { OutputOf } from "../operations.ts";

type Page = OutputOf<"feed.read">;
export type FeedCount = Page["counts"][number];
export type FeedChange = Page["changes"][number];

/** How far a copy has come. */
export interface ReplicaPlace {
  /** Where the feed goes on; "" while the copy's first snapshot is on its way. */
  readonly cursor: string;
  /** Of the last change the copy has dealt with; a snapshot counts once all of it is there. */
  readonly position: number;
  /** The newest position any of its counts stands at; beyond `position` while it catches up. */
  readonly ahead: number;
  /**
   * Of changes that are kept, none after this position is missing: that of the last snapshot, or where it began to
   * keep them; 0 when the copy has all of history, -1 while it keeps none.
   */
  readonly since: number;
  /** The next page of a snapshot that is on its way; "" when none is. */
  readonly snapshot: string;
}

/** One page of the feed, or of a snapshot, on its way into a copy. */
export interface ReplicaStep {
  /** The position the copy must stand at for this page to fit: 0 before there is any. */
  readonly from: number;
  readonly to: ReplicaPlace;
  /** Each replaces the one of its key, unless that one stands at a later position. */
  readonly counts: readonly FeedCount[];
  /** Empty unless the replica keeps changes. */
  readonly changes: readonly FeedChange[];
}

/** Where a copy is kept. One may be written for any database that has transactions. */
export interface ReplicaStore {
  /** Makes what it needs where that is missing. Undefined when nothing was ever applied. */
  open(): Promise<ReplicaPlace | undefined>;
  /**
   * All of a step or nothing of it, in one transaction. "elsewhere" when the copy does not stand at
   * `from`: another process has moved it on.
   */
  apply(step: ReplicaStep): Promise<"applied" | "elsewhere">;
  /** Every count, in any order. */
  counts(): AsyncIterable<FeedCount>;
  /** Forgets everything. */
  clear(): Promise<void>;
}
