/** Time the process keeps for everything else, as a multiple of what handing out pages takes. */
const REST = 4;
/** So much of that need not have passed yet: a page that comes alone waits for nothing. */
const CREDIT_MS = 100;

/**
 * Keeps followers from taking the process: what handing pages to all of them took decides when the next one
 * may be read. Pages grow in the meantime, so that followers fall behind by time and not by memory.
 */
export class Pace {
  /** On `performance.now()`'s clock. */
  #freeAt = 0;

  async turn(): Promise<void> {
    for (;;) {
      const waitMs = this.#freeAt - performance.now();
      if (waitMs <= 0) return;
      await new Promise((wake) => setTimeout(wake, waitMs));
    }
  }

  /**
   * Call right before a page is handed out: its followers run before the event loop goes round, and
   * `spent` hears how many milliseconds they took.
   */
  handingOut(spent: (milliseconds: number) => void): void {
    const begun = performance.now();
    setImmediate(() => {
      const ended = performance.now();
      this.#freeAt = Math.max(this.#freeAt, ended - CREDIT_MS) + (ended - begun) * REST;
      spent(ended - begun);
    });
  }
}
