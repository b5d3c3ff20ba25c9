import type { Database } from "./connect.ts";
import { isContention } from "./faults.ts";

const ATTEMPTS = 5;
const PAUSE_MS = 20;

/**
 * A transaction of the small writes, read committed: every writer of a merchant takes the merchant's row
 * first, which puts them in order. What Postgres undid for another's sake is tried again.
 */
export function inTransaction<Result>(
  db: Database,
  work: (transaction: Database) => Promise<Result>,
): Promise<Result> {
  return untilDone(() => db.transaction(work));
}

/** Tries again, a bounded number of times, what Postgres undid for another's sake: all of it is undone. */
export async function untilDone<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (attempt === ATTEMPTS || !isContention(error)) throw error;
      await new Promise((wake) => setTimeout(wake, PAUSE_MS * attempt * Math.random()));
    }
  }
}
