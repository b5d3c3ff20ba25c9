import { refuse } from "@bincard/contracts";
import { tooMany } from "./rate-limit.ts";

/** `undefined`: no limit. */
export interface InFlightSettings {
  readonly perMerchant: number | undefined;
  readonly total: number | undefined;
}

export const NO_IN_FLIGHT_LIMITS: InFlightSettings = { perMerchant: undefined, total: undefined };

/**
 * Requests that are being answered. One merchant's are bounded, whatever number of tokens it has, so that its queue
 * cannot fill the server; all together are bounded, so that a server that cannot keep up says so at once
 * instead of answering everybody too late.
 */
export class InFlight {
  readonly #settings: InFlightSettings;
  readonly #inside = new Map<string, number>();
  #total = 0;

  constructor(settings: InFlightSettings) {
    this.#settings = settings;
  }

  get total(): number {
    return this.#total;
  }

  /**
   * Whoever entered must leave.
   * @throws Refusal RATE_LIMITED when this merchant has too many inside, UNAVAILABLE when all together are.
   */
  enter(merchantId: string): void {
    const { perMerchant = Infinity, total = Infinity } = this.#settings;
    const inside = this.#inside.get(merchantId) ?? 0;
    if (inside >= perMerchant) {
      throw tooMany(`${perMerchant} requests of this merchant are being answered already`, 0);
    }
    if (this.#total >= total) {
      const message = "the server is answering as many requests as it can: try again";
      throw refuse("UNAVAILABLE", message, { retryAfterSeconds: 1 });
    }
    this.#inside.set(merchantId, inside + 1);
    this.#total++;
  }

  leave(merchantId: string): void {
    const inside = this.#inside.get(merchantId) ?? 0;
    if (inside <= 1) this.#inside.delete(merchantId);
    else this.#inside.set(merchantId, inside - 1);
    this.#total--;
  }
}
