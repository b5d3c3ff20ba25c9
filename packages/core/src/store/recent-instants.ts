import type { Scaled } from "@bincard/contracts";
import type { StoredInstant } from "../rules/instant.ts";
import type { Tally } from "../rules/post.ts";
import type { Fragment, Statement } from "./connect.ts";
import { isKept } from "./horizon.ts";
import { askedKeys, type KeyInstant, movesOnKey, readInstants, readMovesAfter } from "./known.ts";
import { scaledOf } from "./quantity.ts";
import { instantOf } from "./time.ts";

/** An instant that is not older than the governing count of its key, whose count is known. */
export interface RecentInstant extends KeyInstant {
  readonly tally: Tally;
}

/** Most late counts are a little late: as many moves as this are summed before anything else is asked. */
const NEAR = 1_000;

/**
 * What a key was at each instant. Either what the count is now without the moves since, or the governing count and the
 * moves up to there: both say the same, and the side with fewer moves is read. So a count that is late by
 * nearly all of its key's history costs as little as one that is hardly late.
 */
export async function readRecentInstants(
  sql: Statement,
  merchantId: string,
  asked: readonly RecentInstant[],
): Promise<StoredInstant[]> {
  const near = await readNearMoves(sql, merchantId, asked);
  const far = asked.filter((_, index) => near[index] === undefined);
  const farther = far.length === 0 ? [] : await readFar(sql, merchantId, far);
  let next = 0;
  return asked.flatMap((instant, index) => {
    const after = near[index];
    return after === undefined ? (farther[next++] ?? []) : without(instant, after);
  });
}

const without = ({ tally }: RecentInstant, after: Scaled): StoredInstant => ({
  quantity: tally.quantity - after,
  countedAt: tally.countedAt,
});

/** Undefined for an instant with more moves since. */
async function readNearMoves(
  sql: Statement,
  merchantId: string,
  asked: readonly RecentInstant[],
): Promise<(Scaled | undefined)[]> {
  const rows = await sql<{ seen: string; sum: string }[]>`
    select near.seen, near.sum
    from ${askedKeys(sql, asked)}
    cross join lateral (
      select count(*) as seen, coalesce(sum(quantity), 0)::text as sum from (
        select * from ${movesOnKey(sql, merchantId, sql`c.occurred_at > k.at`)} limit ${NEAR + 1}
      ) moves
    ) near
    order by k.ordinal`;
  return rows.map(({ seen, sum }) => (Number(seen) > NEAR ? undefined : scaledOf(sum)));
}

async function readFar(
  sql: Statement,
  merchantId: string,
  far: readonly RecentInstant[],
): Promise<StoredInstant[]> {
  const isOld = await areOlder(sql, merchantId, far);
  const older = far.filter((_, index) => isOld[index]);
  const up = older.length === 0 ? [] : await readInstants(sql, merchantId, older);
  // Asked last: what was there at the end was there all the while. The side of what is newer is never archived first.
  const isWhole = older.length === 0 || (await isKept(sql, merchantId, 1));
  const newer = isWhole ? far.filter((_, index) => !isOld[index]) : far;
  const since = newer.length === 0 ? [] : await readMovesAfter(sql, merchantId, newer);
  const upTo = new Map(older.map((instant, index) => [instant, up[index]]));
  const after = new Map(newer.map((instant, index) => [instant, since[index]]));
  return far.flatMap((instant) => {
    const moved = after.get(instant);
    return moved === undefined ? (upTo.get(instant) ?? []) : without(instant, moved);
  });
}

/** Of each whether fewer moves lead up to it than have followed. */
async function areOlder(
  sql: Statement,
  merchantId: string,
  far: readonly RecentInstant[],
): Promise<boolean[]> {
  const governing = far.map(({ tally }) => instantOf(tally.countedAt));
  const since = sql`c.occurred_at > k.at`;
  const upTo = sql`
    c.occurred_at <= k.at and c.occurred_at >= (${governing}::text[])[k.ordinal]::timestamptz`;
  // Both are counted by their index alone, and no further than the shorter one goes, or four times that.
  for (let most = 4 * NEAR; ; most *= 4) {
    const rows = await sql<{ before: string; after: string }[]>`
      select ${counted(sql, merchantId, { window: upTo, most })} as before,
             ${counted(sql, merchantId, { window: since, most })} as after
      from ${askedKeys(sql, far)}
      order by k.ordinal`;
    const lengths = rows.map((row) => ({ before: Number(row.before), after: Number(row.after) }));
    if (lengths.every(({ before, after }) => Math.min(before, after) < most))
      return lengths.map(({ before, after }) => before < after);
  }
}

/** How many changes named `k`'s object and place, whatever the state: an index has it. */
function counted(
  sql: Statement,
  merchantId: string,
  { window, most }: { readonly window: Fragment; readonly most: number },
): Fragment {
  return sql`(
    select count(*) from (
      select 1 from bincard.changes c
      where c.merchant_id = ${merchantId} and c.catalog_object_id = k.catalog_object_id
        and c.location_id = k.location_id and ${window}
      union all
      select 1 from bincard.changes c
      where c.merchant_id = ${merchantId} and c.catalog_object_id = k.catalog_object_id
        and c.to_location_id = k.location_id and ${window}
      limit ${most}
    ) changes
  )`;
}
