import type { Principal, Refusal } from "@bincard/contracts";

interface Waiting {
  readonly beyond: number;
  readonly resolve: () => void;
}

/**
 * One follower of one merchant. It waits through callbacks it takes back: a promise that lives as long as
 * the connection would keep every wait that was ever raced against it.
 */
export class Seat {
  readonly principal: Principal;
  #waiting: Waiting | undefined;
  #ended = false;
  #because: Refusal | undefined;

  constructor(principal: Principal) {
    this.principal = principal;
  }

  /** Why it ended, where there is more to say than that its follower left. */
  get because(): Refusal | undefined {
    return this.#because;
  }

  get isOpen(): boolean {
    return !this.#ended;
  }

  /** Resolves once the merchant stands beyond this position, or the seat has ended. */
  beyond(position: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#ended) resolve();
      else this.#waiting = { beyond: position, resolve };
    });
  }

  wake(head: number): void {
    if (this.#waiting !== undefined && head > this.#waiting.beyond) this.#release();
  }

  end(because?: Refusal): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#because = because;
    this.#release();
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve();
  }
}
