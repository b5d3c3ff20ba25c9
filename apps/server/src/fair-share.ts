import { LIMITS } from "@bincard/contracts";
import { TokenBuckets } from "./token-bucket.ts";

export interface FairShareOptions {
  /** Milliseconds, never going back. */
  readonly now?: () => number;
  /** Milliseconds for which the process has been at work so far, by the same clock. */
  readonly worked?: () => number;
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/** Somebody else has been here this lately: then there is somebody to leave room for. */
const BESIDE_MS = 250;
/** What may be had at once after a pause, in milliseconds of work. */
const BURST_MS = 10;
/** What turned out larger than it was taken for is paid for until then: a price is a guess, and shuts nobody out. */
const LONGEST_DEBT_MS = 1_000;
/** How often the price is reckoned anew, and how much of the new one counts. */
const RECKONED_EVERY_MS = 100;
const NEW_PART = 0.3;
/** Milliseconds of work a row: before anything was measured, and between which bounds it is believed. */
const FIRST_PRICE = 0.01;
const PRICES = [0.001, 0.1] as const;

interface Waiting {
  readonly rows: number;
  readonly begin: () => void;
}

/**
 * Shares the process's one thread. A merchant that is alone has all of it. One that is not may use
 * `LIMITS.sharePerMerchant` of it and waits for more: otherwise the others would wait for it. Work is told in rows of an answer,
 * and what a row costs is measured as the process goes: all that it has worked, over all the rows.
 */
export class FairShare {
  readonly #now: () => number;
  readonly #worked: () => number;
  readonly #pause: (milliseconds: number) => Promise<void>;
  readonly #buckets: TokenBuckets;
  /** Of the merchants that must wait; the first of each is waited for. */
  readonly #queues = new Map<string, Waiting[]>();
  #last = { merchantId: "", at: -Infinity };
  /** The last who was another than the last. */
  #other = { merchantId: "", at: -Infinity };
  #price = FIRST_PRICE;
  #rows = 0;
  #reckoned: { readonly at: number; readonly worked: number };

  constructor(options: FairShareOptions = {}) {
    this.#now = options.now ?? (() => performance.now());
    this.#worked = options.worked ?? (() => performance.eventLoopUtilization().active);
    this.#pause = options.pause ?? pause;
    const perSecond = 1_000 * LIMITS.sharePerMerchant;
    this.#buckets = new TokenBuckets({ perSecond, burst: BURST_MS }, this.#now);
    this.#reckoned = { at: this.#now(), worked: this.#worked() };
  }

  /** Merchants that wait for their share. */
  get waiting(): number {
    return this.#queues.size;
  }

  /** Resolves when it is the merchant's turn to have so many rows worked on; `undefined`: at once. */
  enter(merchantId: string, rows: number): Promise<void> | undefined {
    this.#saw(merchantId, this.#now());
    const queue = this.#queues.get(merchantId);
    if (queue === undefined && this.#take(merchantId, rows) === 0) return undefined;
    return new Promise((begin) => {
      if (queue !== undefined) queue.push({ rows, begin });
      else void this.#serve(merchantId, [{ rows, begin }]);
    });
  }

  /** Counts rows that turned out to be there: what comes next pays for them. */
  charge(merchantId: string, rows: number): void {
    this.#rows += rows;
    if (this.#isAlone(merchantId)) return;
    this.#buckets.charge(merchantId, rows * this.#price, LONGEST_DEBT_MS);
  }

  #saw(merchantId: string, at: number): void {
    if (this.#last.merchantId !== merchantId) this.#other = this.#last;
    this.#last = { merchantId, at };
  }

  #isAlone(merchantId: string): boolean {
    const beside = this.#last.merchantId === merchantId ? this.#other : this.#last;
    return this.#now() - beside.at > BESIDE_MS;
  }

  /** Milliseconds to wait; 0 when it was taken. */
  #take(merchantId: string, rows: number): number {
    const now = this.#now();
    if (now - this.#reckoned.at >= RECKONED_EVERY_MS) this.#reckon(now);
    const cost = rows * this.#price;
    const wait = this.#isAlone(merchantId) ? 0 : this.#buckets.take(merchantId, cost);
    if (wait === 0) this.#rows += rows;
    return wait;
  }

  /** In the order they came. */
  async #serve(merchantId: string, queue: Waiting[]): Promise<void> {
    this.#queues.set(merchantId, queue);
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const milliseconds = this.#take(merchantId, next.rows);
      if (milliseconds > 0) await this.#pause(Math.min(milliseconds, BESIDE_MS));
      else {
        queue.shift();
        next.begin();
      }
    }
    this.#queues.delete(merchantId);
  }

  #reckon(at: number): void {
    const worked = this.#worked();
    if (this.#rows > 0) {
      const [least, most] = PRICES;
      const seen = (worked - this.#reckoned.worked) / this.#rows;
      const price = this.#price + NEW_PART * (seen - this.#price);
      this.#price = Math.min(most, Math.max(least, price));
    }
    this.#reckoned = { at, worked };
    this.#rows = 0;
  }
}

async function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}
