/** Time the process keeps for everything else, as a multiple of what handing out pages takes of it. */
const REST = 3;
/** So much of that need not have passed yet: a page that comes alone waits for nothing. */
const CREDIT_MS = 100;
/** So many are handed their page before whatever else has come gets its turn. */
const AT_ONCE = 100;

interface Taker {
  readonly take: () => void;
  /** Hears how many milliseconds of the processor its page has taken. */
  readonly spent: (milliseconds: number) => void;
}

/**
 * Keeps followers from taking the process: they are handed their pages a few at a time, and what that took
 * decides when the next page may be read. Pages grow in the meantime, so that followers fall behind by
 * time and not by memory.
 */
export class Pace {
  /** On `performance.now()`'s clock. */
  #freeAt = 0;
  #takers: Taker[] = [];

  /** Before a page is read. */
  async turn(): Promise<void> {
    for (;;) {
      const waitMs = this.#freeAt - performance.now();
      if (waitMs <= 0) return;
      await new Promise((wake) => setTimeout(wake, waitMs));
    }
  }

  /** Before a page is handed to one follower, who must deal with it without waiting for anything else. */
  handingOut(spent: Taker["spent"]): Promise<void> {
    return new Promise((take) => {
      this.#takers.push({ take, spent });
      if (this.#takers.length === 1) this.#handOut();
    });
  }

  /** Nothing comes between two immediates that were set together but what the first one set going. */
  #handOut(): void {
    let begun: NodeJS.CpuUsage;
    let taking: readonly Taker[] = [];
    setImmediate(() => {
      begun = process.cpuUsage();
      taking = this.#takers.slice(0, AT_ONCE);
      for (const { take } of taking) take();
    });
    setImmediate(() => {
      const { user, system } = process.cpuUsage(begun);
      const milliseconds = (user + system) / 1_000;
      const restFrom = Math.max(this.#freeAt, performance.now() - CREDIT_MS);
      this.#freeAt = restFrom + milliseconds * REST;
      for (const { spent } of taking) spent(milliseconds / taking.length);
      this.#takers = this.#takers.slice(taking.length);
      if (this.#takers.length > 0) this.#handOut();
    });
  }
}
