import { isBincardError, type KeyedInput, makeIdempotencyKey } from "@bincard/client";
import { bincard } from "./client.ts";
import { counts } from "./counts.ts";
import { changeOf, type Deed, effectsOf } from "./verbs.ts";

/** A deed with its request, made once: sent again it says the same under the same key (L6). */
export interface Report {
  readonly deed: Deed;
  /** When it happened, as it was typed, if it was: a form that opens again shows it again. */
  readonly when?: string | undefined;
  readonly request: KeyedInput<"changes.create"> & { readonly idempotencyKey: string };
}

export function prepareReport(deed: Deed, when?: string): Report {
  return {
    deed,
    when,
    request: { idempotencyKey: makeIdempotencyKey(), changes: [changeOf(deed)] },
  };
}

/** Whether nobody knows if it took effect: the same report settles it. */
export function isOpen(error: unknown): boolean {
  return isBincardError(error) && ["NETWORK_FAULT", "TIMED_OUT"].includes(error.code);
}

/**
 * Shows it at once and tells the ledger. When it is refused, the numbers go back to what they were and the
 * refusal is thrown.
 */
export async function sendReport({ deed, request }: Report): Promise<void> {
  const expected = counts.expect(effectsOf(deed));
  try {
    const answer = await bincard.changes.create(request, { timeoutMs: 20_000 });
    expected.settle(answer.counts);
  } catch (error) {
    expected.withdraw();
    throw error;
  }
}
