import {
  type ChangeInput,
  describe,
  failuresOf,
  formatTime,
  LIMITS,
  operations,
  parseTime,
} from "@bincard/contracts";

/** The ledger's own judgement of a change, before anything is sent: ids and its clock aside, it cannot be refused there. */
export function faultsOf(change: ChangeInput): string | undefined {
  const request = { idempotencyKey: "-", changes: [change] };
  const parsed = operations.changes.create.input.safeParse(request, { reportInput: true });
  if (parsed.success) return undefined;
  const faults = failuresOf(parsed.error).map((failure) =>
    describe({ ...failure, path: failure.path.slice(2) }),
  );
  return faults.join("; ");
}

/**
 * Why a change of this time is refused for now. Told here and not by the ledger, which keeps no such refusal: sent
 * again once its time has come, the batch must not pass for another one (L6).
 */
export function futureFault(occurredAt: string): string | undefined {
  const newest = Date.now() * 1_000 + LIMITS.occurredAtFutureSeconds * 1_000_000;
  if ((parseTime(occurredAt) ?? 0) <= newest) return undefined;
  return `INVALID_TIME: ${occurredAt} is in the future: the latest permitted now is ${formatTime(newest)}`;
}
