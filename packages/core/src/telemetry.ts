/**
 * What the ledger tells of its own work while it works. Whoever opens a ledger may listen; nobody has to. Every
 * method is called from the write path: it returns at once, never throws and keeps nothing of what it is given.
 */
export interface Telemetry {
  /**
   * A statement that carries a group of requests leaves for the database. What is returned is handed back with
   * `groupSettled`, so that a listener can pair the two without a table of its own.
   */
  groupSent(group: GroupSent): unknown;
  /** That statement was answered, missed its fence or failed. */
  groupSettled(sent: unknown, outcome: GroupOutcome): void;
  /** Requests are tried again after the database or the connection failed them. */
  retried(because: RetryCause): void;
  /** A request was answered from its idempotency key instead of being written again (L6). */
  replayed(): void;
  /** A statement had to wait for another transaction's lock, or gave up waiting. */
  lockWaited(): void;
  /** A reader of the feed was handed a page, and so many positions of its merchant are still ahead of it. */
  feedRead(page: FeedRead): void;
}

export interface GroupSent {
  /** Merchants whose requests travel in the statement. */
  readonly merchants: number;
  readonly requests: number;
  readonly changes: number;
}

/** `missed`: another server wrote in between, nothing was written, and the group is judged again. */
export type GroupOutcome = "written" | "missed" | "failed";
export type RetryCause = "contention" | "connection";

export interface FeedRead {
  readonly changes: number;
  readonly positionsBehind: number;
}
