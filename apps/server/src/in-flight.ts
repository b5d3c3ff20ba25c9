import { refuse } from "@bincard/contracts";
import { tooMany } from "./rate-limit.ts";

/** `undefined`: no limit. */
export interface InFlightSettings {
  readonly perMerchant: number | undefined;
  readonly total: number | undefined;
}

export const NO_IN_FLIGHT_LIMITS: InFlightSettings = { perMerchant: undefined, total: undefined };

/** One that is being answered. */
export interface Inside {
  readonly merchantId: string;
  /** Of `performance.now()`. */
  readonly since: number;
  isGone: boolean;
}

/** A request has just come for so long; what is quickly answered is gone by then. */
const JUST_COME_MS = 20;
/** Who had large work counts as having it for so long. */
const LARGE_FOR_MS = 1_000;

/**
 * Requests that are being answered. One merchant's are bounded, whatever number of tokens it has, so that its queue
 * cannot fill the server; all together are bounded, so that a server that cannot keep up says so at once
 * instead of answering everybody too late.
 */
export class InFlight {
  readonly #settings: InFlightSettings;
  readonly #inside = new Map<string, number>();
  /** The newest, in the order they came. */
  readonly #newest: Inside[] = [];
  /** When merchants last had large work, the latest last. */
  readonly #largeAt = new Map<string, number>();
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
  enter(merchantId: string): Inside {
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
    const entered = { merchantId, since: performance.now(), isGone: false };
    this.#forgetOld(entered.since);
    this.#newest.push(entered);
    return entered;
  }

  leave(entered: Inside): void {
    const { merchantId } = entered;
    entered.isGone = true;
    const inside = this.#inside.get(merchantId) ?? 0;
    if (inside <= 1) this.#inside.delete(merchantId);
    else this.#inside.set(merchantId, inside - 1);
    this.#total--;
  }

  /**
   * Whether a large piece of this merchant's work would meet a request that has just come. Of merchants that have large work
   * themselves none counts: they would hold each other up.
   */
  meetsNewcomer(merchantId: string): boolean {
    const now = performance.now();
    this.#largeAt.delete(merchantId);
    this.#largeAt.set(merchantId, now);
    this.#forgetOld(now);
    return this.#newest.some((each) => !each.isGone && !this.#largeAt.has(each.merchantId));
  }

  #forgetOld(now: number): void {
    const isOld = ({ isGone, since }: Inside) => isGone || now - since > JUST_COME_MS;
    const kept = this.#newest.findIndex((each) => !isOld(each));
    this.#newest.splice(0, kept === -1 ? this.#newest.length : kept);
    for (const [merchantId, at] of this.#largeAt) {
      if (now - at <= LARGE_FOR_MS) break;
      this.#largeAt.delete(merchantId);
    }
  }
}
