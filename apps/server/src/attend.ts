import type { OpenLedger } from "@bincard/core";
import { around, type LedgerCall } from "./around.ts";
import type { FairShare } from "./fair-share.ts";
import type { Metrics } from "./metrics.ts";
import type { Tracing } from "./tracing.ts";
import { Turns } from "./turns.ts";

export interface Attendance {
  readonly metrics: Metrics;
  readonly fairShare: FairShare;
  readonly turns: Turns;
  /** `undefined`: nobody traces. */
  readonly tracing: Tracing | undefined;
}

/** What reads a merchant's whole ledger goes by itself, so that it never takes the place of what is quick. */
const LONG: ReadonlySet<string> = new Set(["ledger.verify"]);
/** What waits for somebody else's server holds no turn at the database. */
const ELSEWHERE: ReadonlySet<string> = new Set(["webhooks.test"]);
/** Rows of a page that keeps the process busy for some milliseconds. */
const MANY_ROWS = 200;
/** The writer gathers a merchant's changes by itself, and shares its statements among merchants. */
const GATHERED = "changes.create";

/** The ledger as the doors ask it: counted, traced, and shared fairly among merchants. */
export function attend(
  ledger: OpenLedger,
  { metrics, fairShare, turns, tracing }: Attendance,
): OpenLedger {
  const long = new Turns({ places: 2, perMerchant: 1 });
  const elsewhere = new Turns({ places: 16, perMerchant: 2 });
  // Pages that come together are dealt with in one go, and everybody else waits for all of them.
  const large = new Turns({ places: 3, perMerchant: 2 });
  return around(ledger, async (call, work) => {
    const { merchantId } = call.principal;
    const traced = tracing === undefined ? work : async () => tracing.operation(call.name, work);
    if (call.name === GATHERED) return counted(metrics, call, traced);
    const rows = rowsAsked(call.input);
    const places = LONG.has(call.name)
      ? long
      : ELSEWHERE.has(call.name)
        ? elsewhere
        : rows > MANY_ROWS
          ? large
          : turns;
    return places.run(merchantId, async () => {
      await fairShare.enter(merchantId, rows);
      return traced();
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
