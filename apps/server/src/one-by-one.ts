/**
 * Lets one begin each time the event loop goes round. What takes milliseconds at a stretch would otherwise be done for
 * everybody who came together, one after the other, while whatever else has come waits for all of it.
 */
export class OneByOne {
  readonly #waiting: (() => void)[] = [];

  async turn(): Promise<void> {
    return new Promise((begin) => {
      this.#waiting.push(begin);
      if (this.#waiting.length === 1) this.#next();
    });
  }

  #next(): void {
    setImmediate(() => {
      this.#waiting[0]?.();
      // The first stays until its round is over, so that nobody else begins within it.
      setImmediate(() => {
        this.#waiting.shift();
        if (this.#waiting.length > 0) this.#next();
      });
    });
  }
}
