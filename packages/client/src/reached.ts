import { errorClass } from "./errors.ts";
import { onTheWay } from "./facts.ts";
import { LONGEST_TIMER_MS } from "./pause.ts";

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default 60,000. */
  readonly timeoutMs?: number | undefined;
}

interface Waiting {
  readonly position: number;
  readonly resolve: () => void;
}

const OPERATION = "waitFor";

/** How far a reader of the feed has come, and who waits for it to come further. */
export class Reached {
  #position = -1;
  readonly #waiting = new Set<Waiting>();

  get position(): number {
    return this.#position;
  }

  report(position: number): void {
    if (position <= this.#position) return;
    this.#position = position;
    for (const waiting of this.#waiting) if (waiting.position <= position) waiting.resolve();
  }

  /**
   * Resolves once a reader has dealt with everything up to this position, such as the `position` in the
   * answer of a mutation: what is read there from then on has it in. NetworkError TIMED_OUT, AbortedError.
   */
  async waitFor(position: number, options: WaitOptions = {}): Promise<void> {
    if (position <= this.#position) return;
    const { signal, timeoutMs = 60_000 } = options;
    await new Promise<void>((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#waiting.delete(entry);
        settle();
      };
      const fail = (code: "ABORTED" | "TIMED_OUT", cause: unknown) => {
        const facts = onTheWay(code, { operation: OPERATION, cause });
        const sent = { idempotencyKey: undefined, attempts: 1 };
        done(() => reject(new (errorClass(facts.code, facts.status))(facts, sent)));
      };
      const entry = { position, resolve: () => done(resolve) };
      const abort = () => fail("ABORTED", signal?.reason);
      const timer = setTimeout(
        () => fail("TIMED_OUT", undefined),
        Math.min(timeoutMs, LONGEST_TIMER_MS),
      );
      this.#waiting.add(entry);
      signal?.addEventListener("abort", abort, { once: true });
      if (signal?.aborted === true) abort();
    });
  }
}
