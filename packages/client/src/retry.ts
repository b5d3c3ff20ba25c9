import type { ErrorFacts } from "./errors.ts";

/** How often and how patiently a call is repeated. */
export interface RetryPolicy {
  /** Attempts in all; 1 never repeats. Default 4. */
  readonly attempts: number;
  /**
   * The first wait is a random part of this many milliseconds, each next one of twice as many.
   * Default 200.
   */
  readonly baseMs: number;
  /** No wait of ours is longer than this. A server's `Retry-After` may be. Default 5,000. */
  readonly capMs: number;
  /** One attempt without an answer is given up after this. Default 20,000. */
  readonly attemptMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 4,
  baseMs: 200,
  capMs: 5_000,
  attemptMs: 20_000,
};

/** What is known when an attempt failed. */
export interface Situation {
  readonly facts: Pick<ErrorFacts, "retryable" | "retryAfterMs">;
  /** Attempts made so far, at least 1. */
  readonly attempt: number;
  /** Whether a repetition cannot have a second effect: a query, or a call under a key. */
  readonly repeatable: boolean;
  /** Milliseconds until the call's deadline. */
  readonly leftMs: number;
  /** From 0 up to 1. */
  readonly random: number;
}

/**
 * Milliseconds to wait before the next attempt, or undefined to give up. Full jitter, so that the
 * clients of a server that comes back do not return all at once; what the server asks for is waited
 * on top. A wait that would outlast the deadline is not begun.
 */
export function waitBeforeRetry(policy: RetryPolicy, situation: Situation): number | undefined {
  const { facts, attempt, repeatable, leftMs, random } = situation;
  if (!repeatable || !facts.retryable || attempt >= policy.attempts) return undefined;
  const jitter = random * Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1));
  const wait = (facts.retryAfterMs ?? 0) + jitter;
  return wait < leftMs ? wait : undefined;
}
