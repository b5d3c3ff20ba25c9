import type { Micros } from "@bincard/contracts";
import type { Statement } from "./connect.ts";
import { microsOf } from "./time.ts";

/**
 * An old range of positions may be detached and archived (docs/scaling.md). Positions have no gaps, so what
 * is missing at the beginning is what was archived; where history is needed and is not there, we say so.
 */

/** When the oldest change that is still here was received; undefined while history is whole. */
export async function readHorizon(
  sql: Statement,
  merchantId: string,
  position: number,
): Promise<Micros | undefined> {
  const [oldest] = await sql<{ position: string; created_at: string }[]>`
    select position, created_at from bincard.changes
    where merchant_id = ${merchantId}
    order by position
    limit 1`;
  if (oldest === undefined) return position === 0 ? undefined : Infinity;
  return Number(oldest.position) === 1 ? undefined : microsOf(oldest.created_at);
}

/** Whether a change is here: then so are all after it. */
export async function isKept(
  sql: Statement,
  merchantId: string,
  position: number,
): Promise<boolean> {
  const found = await sql`
    select from bincard.changes
    where merchant_id = ${merchantId} and position = ${position}::bigint`;
  return found.length > 0;
}
