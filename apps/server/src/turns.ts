export interface TurnsOptions {
  /** Works under way at once. */
  readonly places: number;
  /** Of those, how many one merchant may have: fewer, so that there is always one for the others. */
  readonly perMerchant: number;
}

interface Merchant {
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * Shares the database's attention: merchants take turns, however many requests each of them has waiting. The driver
 * alone would answer first come, first served, and a hundred slow reads of one merchant would stand before the one of
 * another.
 */
export class Turns {
  readonly #places: number;
  readonly #perMerchant: number;
  /** In the order of their turns: the one that was served last is the last. */
  readonly #merchants = new Map<string, Merchant>();
  #running = 0;
  #waiting = 0;

  constructor({ places, perMerchant }: TurnsOptions) {
    this.#places = places;
    this.#perMerchant = perMerchant;
  }

  get running(): number {
    return this.#running;
  }
  get waiting(): number {
    return this.#waiting;
  }

  /** Runs the work when it is the merchant's turn. */
  async run<Result>(merchantId: string, work: () => Promise<Result>): Promise<Result> {
    const merchant = this.#merchants.get(merchantId) ?? { running: 0, waiting: [] };
    this.#merchants.set(merchantId, merchant);
    if (this.#isFree(merchant) && merchant.waiting.length === 0) this.#begin(merchant);
    else {
      this.#waiting++;
      await new Promise<void>((resolve) => merchant.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      merchant.running--;
      this.#running--;
      // Whoever was served goes behind those who were not.
      this.#merchants.delete(merchantId);
      if (merchant.running > 0 || merchant.waiting.length > 0) {
        this.#merchants.set(merchantId, merchant);
      }
      this.#next();
    }
  }

  #isFree({ running }: Merchant): boolean {
    return this.#running < this.#places && running < this.#perMerchant;
  }

  #begin(merchant: Merchant): void {
    merchant.running++;
    this.#running++;
  }

  #next(): void {
    if (this.#waiting === 0) return;
    for (const [merchantId, merchant] of this.#merchants) {
      if (!this.#isFree(merchant)) continue;
      const resolve = merchant.waiting.shift();
      if (resolve === undefined) continue;
      this.#waiting--;
      this.#begin(merchant);
      this.#merchants.delete(merchantId);
      this.#merchants.set(merchantId, merchant);
      resolve();
      return;
    }
  }
}
