/** Numbers that look random and are the same for the same seed, on every machine: mulberry32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, and never, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /**
   * How often something happened that happens `mean` times as a rule. Nothing but sums and products goes into it: a
   * logarithm may differ in its last digit from one engine to another.
   */
  often(mean: number): number {
    const tries = Math.ceil(mean * 3) + 1;
    let times = 0;
    for (let at = 0; at < tries; at++) if (this.chance(mean / tries)) times += 1;
    return times;
  }

  /** So many different ones, in their order. */
  some<Entry>(entries: readonly Entry[], wanted: number): Entry[] {
    const chosen: Entry[] = [];
    for (const [at, entry] of entries.entries()) {
      const left = entries.length - at;
      if (this.next() * left < wanted - chosen.length) chosen.push(entry);
    }
    return chosen;
  }
}
