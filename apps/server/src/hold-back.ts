import { setTimeout as sleep } from "node:timers/promises";

const HOLD_MILLISECONDS = 100;
/** More than these are not held: a crowd of waiting answers would be a load of its own. */
const HELD_MAX = 2_048;

/**
 * Keeps an answer of RATE_LIMITED back for a moment. Answered at once, a caller that heeds no `Retry-After` asks again
 * at once, and refusing it would keep the process as busy as serving it; like this each of its connections gets
 * ten refusals a second.
 */
export class HoldBack {
  #held = 0;

  get held(): number {
    return this.#held;
  }

  async hold(): Promise<void> {
    if (this.#held >= HELD_MAX) return;
    this.#held++;
    await sleep(HOLD_MILLISECONDS);
    this.#held--;
  }
}
