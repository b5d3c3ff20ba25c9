/** How long somebody else's request may keep a piece of work waiting, and how often it is asked whether it does. */
const DEFERENCE_MS = 20;
const LOOK_EVERY_MS = 1;

interface Waiting {
  readonly mayBegin: () => boolean;
  readonly begin: () => void;
}

/**
 * Lets one begin each time the event loop goes round. What takes milliseconds at a stretch would otherwise be done for
 * everybody who came together, one after the other, while whatever else has come waits for all of it.
 */
export class OneByOne {
  readonly #waiting: Waiting[] = [];

  /** Resolves when it is this one's turn, and `mayBegin` or the wait for that has been long enough. */
  async turn(mayBegin: () => boolean = () => true): Promise<void> {
    return new Promise((begin) => {
      this.#waiting.push({ mayBegin, begin });
      if (this.#waiting.length === 1) this.#next();
    });
  }

  #next(): void {
    setImmediate(() => this.#begin(performance.now() + DEFERENCE_MS));
  }

  #begin(latest: number): void {
    const [first] = this.#waiting;
    if (first?.mayBegin() === false && performance.now() < latest) {
      setTimeout(() => this.#begin(latest), LOOK_EVERY_MS);
      return;
    }
    first?.begin();
    // The first stays until its round is over, so that nobody else begins within it.
    setImmediate(() => {
      this.#waiting.shift();
      if (this.#waiting.length > 0) this.#next();
    });
  }
}
