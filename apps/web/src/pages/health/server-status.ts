import { withCookie } from "../../ledger/client.ts";
import { fieldsIn } from "../../ledger/fields-in.ts";

export interface ServerStatus {
  readonly version: string;
  readonly startedAt: string;
  readonly requests: number;
  /** Questions that wait for their turn at the database. */
  readonly waiting: number;
  /** Of every merchant: for operators. */
  readonly webhooks:
    | {
        readonly pending: number;
        readonly dead: number;
        readonly oldestPendingSeconds: number;
        readonly failingSubscriptions: number;
      }
    | undefined;
  readonly database:
    | {
        readonly active: number;
        readonly idle: number;
        readonly waitingForLock: number;
        readonly permitted: number;
      }
    | undefined;
  /** Milliseconds from the question to its answer. */
  readonly tripMs: number;
  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  readonly aheadMs: number;
}

/** Asks the server how it does, and takes the time. */
export async function readServerStatus(signal: AbortSignal): Promise<ServerStatus> {
  const [asked, began] = [Date.now(), performance.now()];
  const response = await withCookie("/console/status", { method: "GET", signal });
  const tripMs = performance.now() - began;
  const said: unknown = await response.json();
  if (!response.ok) {
    const { code, message, requestId } = fieldsIn(fieldsIn(said)["error"]);
    const data = { failures: [{ code, message, path: [] }], requestId };
    throw Object.assign(new Error(`HTTP ${response.status}`), { data });
  }
  const { now, ...status } = said as Omit<ServerStatus, "tripMs" | "aheadMs"> & { now: string };
  return { ...status, tripMs, aheadMs: Date.parse(now) - (asked + tripMs / 2) };
}
