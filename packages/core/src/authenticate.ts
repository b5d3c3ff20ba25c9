import { LIMITS, type Micros, type Principal, refuse, type TokenInfo } from "@bincard/contracts";
import { principalOf } from "./principal-of.ts";
import { readTokenBySecret } from "./store/access.ts";
import type { Database } from "./store/connect.ts";
import { hashOf } from "./token.ts";
import { TwoGenerations } from "./writer/two-generations.ts";

/** A revocation on another server is heard of within this; on this one at once. */
const TRUSTED_FOR: Micros = 1_000_000;
const REMEMBERED = 10_000;

interface Seen {
  readonly info: TokenInfo;
  readonly at: Micros;
}

/** Turns bearer tokens into principals. */
export class Authenticator {
  readonly #db: Database;
  readonly #now: () => Micros;
  readonly #seen = new TwoGenerations<Seen>(REMEMBERED);
  /** How often everything was forgotten. */
  #forgotten = 0;

  constructor(db: Database, now: () => Micros) {
    this.#db = db;
    this.#now = now;
  }

  /** UNAUTHENTICATED, TOKEN_EXPIRED or TOKEN_REVOKED, the first that is so. */
  async authenticate(token: string): Promise<Principal> {
    if (token.length > LIMITS.tokenCharacters) throw unknownToken();
    return principalOf(await this.#lookUp(token), this.#now());
  }

  forget(): void {
    this.#forgotten++;
    this.#seen.clear();
  }

  async #lookUp(token: string): Promise<TokenInfo> {
    const hash = hashOf(token);
    const name = Buffer.from(hash).toString("base64");
    const seen = this.#seen.get(name);
    const at = this.#now();
    if (seen !== undefined && Math.abs(at - seen.at) < TRUSTED_FOR) return seen.info;
    const forgotten = this.#forgotten;
    const info = await readTokenBySecret(this.#db, hash);
    if (info === undefined) throw unknownToken();
    // What was read before a revocation must not be remembered after it.
    if (forgotten === this.#forgotten) this.#seen.set(name, { info, at });
    return info;
  }
}

function unknownToken() {
  return refuse("UNAUTHENTICATED", "the token is not known");
}
