import { LIMITS, type Principal, type Refusal, refuse } from "@bincard/contracts";
import { type Rate, TokenBuckets } from "./token-bucket.ts";

/** `undefined`: no limit. */
export interface RateLimitSettings {
  /** Of each token. */
  readonly reads: Rate | undefined;
  /** Of each token. A body's size counts: every `LIMITS.bodyBytesPerWrite` of it are another write. */
  readonly writes: Rate | undefined;
  /** Of each address: requests whose token does not let them in. */
  readonly strangers: Rate | undefined;
}

/** What one HTTP request asks for: a tRPC batch asks for several things. */
export interface Asking {
  readonly reads: number;
  readonly writes: number;
}

export const NO_RATE_LIMITS: RateLimitSettings = {
  reads: undefined,
  writes: undefined,
  strangers: undefined,
};

/** How much each token may ask for, counted in this process. */
export class RateLimits {
  readonly #reads: Kind | undefined;
  readonly #writes: Kind | undefined;

  constructor({ reads, writes }: RateLimitSettings, now?: () => number) {
    this.#reads = kindOf("reads", reads, now);
    this.#writes = kindOf("writes", writes, now);
  }

  /** @throws Refusal RATE_LIMITED, with the seconds to wait. */
  admit({ tokenId }: Principal, { reads, writes }: Asking): void {
    if (reads > 0 && this.#reads !== undefined) take(this.#reads, tokenId, reads);
    if (writes > 0 && this.#writes !== undefined) take(this.#writes, tokenId, writes);
  }

  /**
   * Counts the body that a write turned out to have. It is never refused for it: that the request was let in has
   * been decided, and what it costs is paid by the ones that follow.
   */
  chargeBody({ tokenId }: Principal, bytes: number): void {
    const more = Math.floor(bytes / LIMITS.bodyBytesPerWrite);
    if (more > 0) this.#writes?.buckets.charge(tokenId, more);
  }
}

interface Kind {
  readonly name: "reads" | "writes";
  readonly perSecond: number;
  readonly buckets: TokenBuckets;
}

function kindOf(
  name: Kind["name"],
  rate: Rate | undefined,
  now: (() => number) | undefined,
): Kind | undefined {
  if (rate === undefined) return undefined;
  return { name, perSecond: rate.perSecond, buckets: new TokenBuckets(rate, now) };
}

function take({ name, perSecond, buckets }: Kind, tokenId: string, cost: number): void {
  const wait = buckets.take(tokenId, cost);
  if (wait > 0) throw tooMany(`this token may ask for ${perSecond} ${name} a second`, wait);
}

export function tooMany(message: string, waitMilliseconds: number): Refusal {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMilliseconds / 1_000));
  return refuse("RATE_LIMITED", `${message}: wait ${retryAfterSeconds} s`, { retryAfterSeconds });
}
