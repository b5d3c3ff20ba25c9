import { createHash } from "node:crypto";
import { tooMany } from "./rate-limit.ts";
import { type Rate, TokenBuckets } from "./token-bucket.ts";

/** Tokens that were let in and are known to be good; the longest known go first. */
const REGULARS_MAX = 10_000;

/**
 * Bounds how often an address may fail to say who it is, so that tokens cannot be guessed nor the database kept busy
 * with looking for them. Successes cost nothing, and the tokens that were let in are remembered (their SHA-256): when
 * an address has used up its failures they still are, so that one guesser does not shut out the tills that share
 * its address. Whether they still are good is the ledger's to say.
 */
export class Strangers {
  readonly #failures: TokenBuckets | undefined;
  /** By the token's id, which is at hand at every request: the digest is made once a token. */
  readonly #regulars = new Map<string, string>();
  readonly #digests = new Set<string>();

  constructor(rate: Rate | undefined, now?: () => number) {
    this.#failures = rate === undefined ? undefined : new TokenBuckets(rate, now);
  }

  /**
   * Before a token is looked up; `undefined` stands for a header that holds none.
   * @throws Refusal RATE_LIMITED when the address has failed too often, unless the token is a regular's.
   */
  admit(address: string, token: string | undefined): void {
    const wait = this.#failures?.wait(address) ?? 0;
    if (wait === 0 || (token !== undefined && this.#digests.has(digestOf(token)))) return;
    throw tooMany("too many requests from this address came without a valid token", wait);
  }

  failed(address: string): void {
    this.#failures?.charge(address, 1);
  }

  /** What has no id goes by its digest. */
  succeeded(tokenId: string | undefined, token: string): void {
    if (this.#failures === undefined) return;
    const name = tokenId ?? digestOf(token);
    if (this.#regulars.has(name)) return;
    const digest = digestOf(token);
    this.#regulars.set(name, digest);
    this.#digests.add(digest);
    if (this.#regulars.size <= REGULARS_MAX) return;
    for (const [oldest, itsDigest] of this.#regulars) {
      this.#regulars.delete(oldest);
      this.#digests.delete(itsDigest);
      return;
    }
  }
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
