import type { Caller, CallOptions } from "./call.ts";
import { errorClass, type ErrorFacts } from "./errors.ts";
import { factsOf, onTheWay } from "./facts.ts";
import type { InputOf, OutputOf } from "./operations.ts";
import { pause } from "./pause.ts";
import type { Reached } from "./reached.ts";

const OPERATION = "feed.follow";

export type FeedPage = OutputOf<"feed.follow">;
/** Where to begin, and how much to be told at once; its `lastEventId` is the client's own business. */
export type FollowInput = Omit<InputOf<"feed.follow">, "lastEventId">;
export type FollowOptions = Omit<CallOptions, "timeoutMs">;

/**
 * The feed from a cursor on, as it grows, for as long as its reader stays: every change once, in order,
 * whatever happens to connections and servers in between (L9). Reconnects by itself and for ever, which
 * `onRetry` hears of; a refusal that repeating cannot change is thrown.
 */
export type Follow = (
  input?: FollowInput,
  options?: FollowOptions,
) => AsyncGenerator<FeedPage, void, undefined>;

export function followOf(caller: Caller, reached: Reached): Follow {
  return async function* follow({ after, limit } = {}, { signal } = {}) {
    let cursor = after;
    for (let attempt = 1; ; attempt += 1) {
      let facts: ErrorFacts | undefined;
      try {
        const input = { after: cursor, limit };
        for await (const event of caller.transport.listen(
          { operation: OPERATION, input },
          { signal, withinMs: caller.policy.attemptMs },
        )) {
          if (event.kind !== "data") continue;
          // The server speaks the contract: the router's own type, as in every other answer.
          const page = event.data as FeedPage;
          attempt = 0;
          cursor = page.cursor;
          yield page;
          // Whoever asks for the next page has dealt with this one.
          reached.report(page.position);
        }
      } catch (thrown) {
        facts = factsOf(thrown, OPERATION);
      }
      await beforeAgain(caller, { facts: facts ?? cutOff(), attempt, signal });
    }
  };
}

/** The connection ended without a word: a proxy's time limit, a server that went away. */
function cutOff(): ErrorFacts {
  return onTheWay("NETWORK_FAULT", { operation: OPERATION, cause: undefined });
}

interface Again {
  readonly facts: ErrorFacts;
  /** Connections in a row that told nothing. */
  readonly attempt: number;
  readonly signal: AbortSignal | undefined;
}

/** Waits before the next connection, or throws what none would change. */
async function beforeAgain(caller: Caller, { facts, attempt, signal }: Again): Promise<void> {
  const { policy, onRetry } = caller;
  const told =
    signal?.aborted === true
      ? onTheWay("ABORTED", { operation: OPERATION, cause: signal.reason })
      : facts;
  const error = new (errorClass(told.code, told.status))(told, {
    idempotencyKey: undefined,
    attempts: Math.max(1, attempt),
  });
  if (!told.retryable) throw error;
  const capMs = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(attempt, 30));
  const waitMs = (told.retryAfterMs ?? 0) + Math.random() * capMs;
  onRetry?.({ operation: OPERATION, attempt, waitMs, error });
  await pause(waitMs, signal);
}
