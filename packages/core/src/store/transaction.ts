import type { Database } from "./connect.ts";
import { isContention } from "./faults.ts";

const ATTEMPTS = 5;
const PAUSE_MS = 20;

/**
 * A transaction of the small writes, read committed: every writer of a merchant takes the merchant's row
 * first, which puts them in order. What Postgres undid for another's sake is tried again.
 */
export async function inTransaction<Result>(
  db: Database,
  work: (transaction: Database) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isContention(error)) throw error;
      await new Promise((wake) => setTimeout(wake, PAUSE_MS * attempt * Math.random()));
    }
  }
}
