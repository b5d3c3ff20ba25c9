/** Time the process keeps for everything else, as a multiple of what handing out a page took. */
const REST = 9;

/**
 * Keeps followers from slowing writers down: what handing a page to all of them took decides when the next
 * one may be read. Pages grow in the meantime, so that followers fall behind by time and not by memory.
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

  /** Call right before a page is handed out: its followers run before the event loop goes round. */
  handingOut(): void {
    const begun = performance.now();
    setImmediate(() => {
      const ended = performance.now();
      this.#freeAt = Math.max(this.#freeAt, ended) + (ended - begun) * REST;
    });
  }
}
