/** How fast and how far ahead. */
export interface Rate {
  readonly perSecond: number;
  /** What may come at once after a pause; at least 1. */
  readonly burst: number;
}

/** No more keys than these: when sweeping the spent ones leaves more than half of it, the longest known go. */
const KEYS_MAX = 100_000;

/**
 * One bucket a key, each filled at the same rate: the generic cell rate algorithm, which keeps a single number a
 * key, the time at which its bucket is full again. In this process only, and nothing to wait for: it stands in
 * the way of every request, so a promise each time would cost more than the whole of it.
 */
export class TokenBuckets {
  readonly #millisecondsEach: number;
  readonly #capacity: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #fullAt = new Map<string, number>();
  #sweepAbove = 1_024;

  /** `now` is in milliseconds and never goes back: a clock that is set would open or shut every bucket. */
  constructor({ perSecond, burst }: Rate, now: () => number = () => performance.now()) {
    this.#millisecondsEach = 1_000 / perSecond;
    this.#burst = burst;
    this.#capacity = burst * this.#millisecondsEach;
    this.#now = now;
  }

  /** Keys that are remembered: those whose bucket is not full, and some more. */
  get size(): number {
    return this.#fullAt.size;
  }

  /**
   * Takes that much of the key's bucket and returns 0, or takes nothing and returns the milliseconds until it
   * would be there. What costs more than the whole bucket passes when the bucket is full, and is paid off later.
   */
  take(key: string, cost = 1): number {
    const now = this.#now();
    const wait = this.#waitFor(key, cost, now);
    if (wait > 0) return wait;
    this.#add(key, cost, now);
    return 0;
  }

  /** Takes that much in any case: what follows pays for it, but waits no longer than so many milliseconds. */
  charge(key: string, cost: number, longest = Infinity): void {
    const now = this.#now();
    this.#add(key, cost, now);
    const full = Math.min(this.#fullAt.get(key) ?? now, now + longest);
    this.#fullAt.set(key, full);
  }

  /** Milliseconds until something can be taken; 0 for now. */
  wait(key: string): number {
    return this.#waitFor(key, 1, this.#now());
  }

  #waitFor(key: string, cost: number, now: number): number {
    const full = Math.max(this.#fullAt.get(key) ?? 0, now);
    const needed = Math.min(cost, this.#burst) * this.#millisecondsEach;
    return Math.max(0, full - now + needed - this.#capacity);
  }

  #add(key: string, cost: number, now: number): void {
    const full = Math.max(this.#fullAt.get(key) ?? 0, now);
    this.#fullAt.set(key, full + cost * this.#millisecondsEach);
    if (this.#fullAt.size > this.#sweepAbove) this.#sweep(now);
  }

  /** A full bucket is like one that was never touched. Half of the room is free afterwards, so sweeps are rare. */
  #sweep(now: number): void {
    for (const [key, full] of this.#fullAt) if (full <= now) this.#fullAt.delete(key);
    for (const key of this.#fullAt.keys()) {
      if (this.#fullAt.size <= KEYS_MAX / 2) break;
      this.#fullAt.delete(key);
    }
    this.#sweepAbove = Math.min(KEYS_MAX, Math.max(1_024, this.#fullAt.size * 2));
  }
}
