import { BincardError, errorClass, type ErrorFacts } from "./errors.ts";
import { factsOf, onTheWay } from "./facts.ts";
import { LONGEST_TIMER_MS, pause } from "./pause.ts";
import { type RetryPolicy, waitBeforeRetry } from "./retry.ts";
import type { Transport, WireCall } from "./transport.ts";

/** What a caller may say about one call, beside its input. */
export interface CallOptions {
  /** Ends the call at once, with an AbortedError. */
  readonly signal?: AbortSignal | undefined;
  /** The whole call, repetitions and waits included, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** Told before each repetition. */
export interface Retrying {
  readonly operation: string;
  /** The attempt that failed: 1, 2, … */
  readonly attempt: number;
  readonly waitMs: number;
  readonly error: BincardError;
}

export interface Caller {
  readonly transport: Transport;
  readonly policy: RetryPolicy;
  readonly timeoutMs: number;
  readonly onRetry: ((retrying: Retrying) => void) | undefined;
}

export interface Call extends WireCall {
  /** Part of `input` already; here so that errors can carry it. */
  readonly idempotencyKey: string | undefined;
}

/**
 * Sends a call until it is answered, refused for good, aborted or out of time. Every attempt sends
 * the same input, and so the same key.
 */
export async function make(
  caller: Caller,
  call: Call,
  options: CallOptions = {},
): Promise<unknown> {
  const { policy, transport } = caller;
  const deadline = performance.now() + (options.timeoutMs ?? caller.timeoutMs);
  for (let attempt = 1; ; attempt += 1) {
    const leftMs = deadline - performance.now();
    const outcome = await attemptOnce(transport, call, {
      signal: options.signal,
      withinMs: Math.min(leftMs, policy.attemptMs),
    });
    if ("answer" in outcome) return outcome.answer;
    const { facts } = outcome;
    const error = new (errorClass(facts.code, facts.status))(facts, {
      idempotencyKey: call.idempotencyKey,
      attempts: attempt,
    });
    const waitMs = waitBeforeRetry(policy, {
      facts,
      attempt,
      repeatable: call.kind === "query" || call.idempotencyKey !== undefined,
      // A timer may ring a moment early: an attempt that had all the time left has used it up.
      leftMs:
        facts.code === "TIMED_OUT" && leftMs <= policy.attemptMs ? 0 : deadline - performance.now(),
      random: Math.random(),
    });
    if (waitMs === undefined) throw error;
    caller.onRetry?.({ operation: call.operation, attempt, waitMs, error });
    await pause(waitMs, options.signal);
  }
}

type Outcome = { readonly answer: unknown } | { readonly facts: ErrorFacts };

/** One attempt, ended by its answer, by the caller's signal or by its time. */
async function attemptOnce(
  transport: Transport,
  call: Call,
  { signal, withinMs }: { signal: AbortSignal | undefined; withinMs: number },
): Promise<Outcome> {
  const { operation } = call;
  if (withinMs <= 0) return { facts: onTheWay("TIMED_OUT", { operation, cause: undefined }) };
  const ended = new AbortController();
  const abort = () => ended.abort(signal?.reason);
  const timer = setTimeout(() => ended.abort(), Math.min(withinMs, LONGEST_TIMER_MS));
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    return { answer: await transport.send(call, ended.signal) };
  } catch (thrown) {
    if (signal?.aborted === true)
      return { facts: onTheWay("ABORTED", { operation, cause: signal.reason }) };
    if (ended.signal.aborted)
      return { facts: onTheWay("TIMED_OUT", { operation, cause: undefined }) };
    return { facts: factsOf(thrown, operation) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
