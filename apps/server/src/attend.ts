import { LIMITS, type Principal } from "@bincard/contracts";
import type { OpenLedger } from "@bincard/core";
import { around, type LedgerCall } from "./around.ts";
import type { FairShare } from "./fair-share.ts";
import type { Metrics } from "./metrics.ts";
import type { Queues } from "./queues.ts";
import type { Tracing } from "./tracing.ts";

export interface Attendance {
  readonly metrics: Metrics;
  readonly fairShare: FairShare;
  readonly queues: Queues;
  /** Before the next part of a large piece of work. */
  readonly turnOfLargeWork: (principal: Principal) => Promise<void>;
  /** `undefined`: nobody traces. */
  readonly tracing: Tracing | undefined;
}

/** The writer gathers a merchant's changes by itself, and shares its statements among merchants. */
const GATHERED = "changes.create";

/** The ledger as the doors ask it: counted, traced, and shared fairly among merchants. */
export function attend(
  ledger: OpenLedger,
  { metrics, fairShare, queues, tracing, turnOfLargeWork }: Attendance,
): OpenLedger {
  return around(ledger, async (call, work) => {
    const { merchantId } = call.principal;
    const traced = tracing === undefined ? work : async () => tracing.operation(call.name, work);
    if (call.name === GATHERED) return counted(metrics, call, traced);
    const rows = rowsAsked(call.input);
    // Before there is a place to hold: who must wait for its share would keep the others from the database.
    await fairShare.enter(merchantId, rows);
    return queues.for({ name: call.name, rows }).run(merchantId, async () => {
      const answer = await traced();
      if (rows > LIMITS.largeReadRows) await turnOfLargeWork(call.principal);
      return answer;
    });
  });
}

/** Rows that the call may take away. What it brings was counted before it was read. */
function rowsAsked(input: unknown): number {
  const limit: unknown = Object(input)["limit"];
  return typeof limit === "number" ? limit : 0;
}

async function counted(metrics: Metrics, { input }: LedgerCall, work: () => Promise<unknown>) {
  metrics.batchAsked(lengthOf(input, "changes"));
  const answer = await work();
  const isNew = Object(answer)["replayed"] === false;
  if (isNew) metrics.changesRecorded(lengthOf(answer, "changes"));
  return answer;
}

function lengthOf(holder: unknown, name: string): number {
  const list: unknown = Object(holder)[name];
  return Array.isArray(list) ? list.length : 0;
}
