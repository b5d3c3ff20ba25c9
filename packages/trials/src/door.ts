import type { Acknowledged, Batch, KeyedQuantity } from "./history.ts";

/** What came of one attempt. */
export type Attempt =
  | Acknowledged
  | { readonly kind: "refused"; readonly code: string }
  /** No answer, or one that asks to come again. Whether it took effect is open. */
  | {
      readonly kind: "open";
      readonly because: string;
      /** What the server asked to wait. */
      readonly retryAfterMs: number | undefined;
      /** A promise broken by the answer itself: a 5xx, a 503 that does not say when to come again. */
      readonly fault: string | undefined;
    };

/** One merchant's way to a server. A door never repeats by itself unless it was made to. */
export interface Door {
  readonly name: string;
  /** Square's dialect B has no TRANSFER: a batch with one goes through another door. */
  readonly saysTransfer: boolean;
  readonly saysReplayed: boolean;
  record(batch: Batch): Promise<Attempt>;
  /** Every count of these items. Undefined when there was no answer. */
  counts(items: readonly string[]): Promise<readonly KeyedQuantity[] | undefined>;
}

export interface DoorOptions {
  readonly url: string;
  readonly token: string;
  /** The platform's own, or one that loses and repeats on the way. */
  readonly fetch?: typeof fetch;
  /** An attempt without an answer is given up after this. */
  readonly attemptMs?: number;
  /** Attempts of the client library; 1 leaves repeating to the trial. */
  readonly attempts?: number;
}

export const ATTEMPT_MS = 20_000;

/** What a status that answers no question means. */
export function openAttempt(
  status: number | undefined,
  said: {
    readonly because: string;
    readonly retryAfterMs: number | undefined;
  },
): Attempt {
  return { kind: "open", ...said, fault: faultOf(status, said) };
}

function faultOf(
  status: number | undefined,
  { because, retryAfterMs }: { because: string; retryAfterMs: number | undefined },
): string | undefined {
  if (status === undefined || status < 429) return undefined;
  if (status !== 503 && status !== 429) return `HTTP ${status}: ${because}`;
  return retryAfterMs === undefined ? `HTTP ${status} without Retry-After: ${because}` : undefined;
}
