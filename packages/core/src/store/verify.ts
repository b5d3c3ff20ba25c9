import { type Finding, LIMITS } from "@bincard/contracts";
import type { Sql, Statement } from "./connect.ts";
import { countFindings } from "./verify-counts.ts";
import { logFindings } from "./verify-log.ts";
import { rowFindings } from "./verify-rows.ts";
import { overviewOf } from "./verify-soundness.ts";

/**
 * Recomputes what is stored from the changes alone (L8), in SQL and by another way than the writer's:
 * whole keys at once from the definition of a count, not change by change.
 */

export interface Verified {
  readonly position: number;
  readonly changes: number;
  readonly counts: number;
  readonly findingCount: number;
  readonly findings: Finding[];
}

/** What one part of it found: how much in all, and the first of it. */
export interface Found {
  readonly total: number;
  readonly findings: readonly Finding[];
}

/** One snapshot for all of it, while writes go on. */
export async function verifyStored(sql: Sql, merchantId: string): Promise<Verified> {
  return sql.begin("isolation level repeatable read read only", async (snapshot) => {
    await settle(snapshot);
    const { position, changes, counts, isSound } = await overviewOf(snapshot, merchantId);
    const found = [
      ...(isSound ? [] : await logFindings(snapshot, merchantId)),
      ...(isSound ? [] : [await countFindings(snapshot, merchantId)]),
      ...(await rowFindings(snapshot, merchantId, { isLogSound: isSound })),
    ];
    return {
      position: position ?? 0,
      changes,
      counts,
      findingCount: found.reduce((sum, { total }) => sum + total, 0),
      findings: found.flatMap(({ findings }) => findings).slice(0, LIMITS.findingsPerVerify),
    };
  });
}

/**
 * Room to gather a merchant's keys in memory instead of on disk, of a bounded size; reading goes on in parallel. The
 * process that asked only puts together what its workers found: one share less to put together, and to keep.
 * Everything is read once and joined whole: row by row would do for a table as small as its statistics say, which
 * are of yesterday or never.
 */
async function settle(snapshot: Statement): Promise<void> {
  await snapshot`
    select set_config('statement_timeout', '0', true), set_config('work_mem', '96MB', true),
           set_config('hash_mem_multiplier', '1', true), set_config('jit', 'off', true),
           set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true),
           set_config('parallel_leader_participation', 'off', true)`;
}
