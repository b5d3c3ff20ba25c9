import type { GroupOutcome, GroupSent } from "@bincard/core";
import type { Visit } from "./reception.ts";

/**
 * Follows requests for whoever asked for traces. Nothing of it is loaded, let alone called, when nobody did: the one
 * implementation is `open-tracing.ts`, which is imported only then.
 */
export interface Tracing {
  /** Around the whole of a request, as a child of the caller's own trace when it sent one. */
  request(visit: Visit, request: Request, work: () => Promise<Response>): Promise<Response>;
  /** Around one operation of the ledger. */
  operation<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer>;
  /** Around a statement of the writer; what is returned is handed back when it is settled. */
  groupSent(group: GroupSent): unknown;
  groupSettled(sent: unknown, outcome: GroupOutcome): void;
  /** Sends what is left. */
  close(): Promise<void>;
}
