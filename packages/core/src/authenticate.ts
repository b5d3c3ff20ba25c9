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
  /** Secrets that the database is being asked about. */
  readonly #asked = new Map<string, Promise<TokenInfo | undefined>>();
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
    this.#asked.clear();
  }

  async #lookUp(token: string): Promise<TokenInfo> {
    const hash = hashOf(token);
    const name = Buffer.from(hash).toString("base64");
    const seen = this.#seen.get(name);
    const age = seen === undefined ? Infinity : Math.abs(this.#now() - seen.at);
    if (seen !== undefined && age < TRUSTED_FOR) {
      // Asked again before it has to be: who comes all the time never waits, not even behind those who guess.
      if (age >= TRUSTED_FOR / 2) this.#ask(name, hash).catch(() => undefined);
      return seen.info;
    }
    const info = await this.#ask(name, hash);
    if (info === undefined) throw unknownToken();
    return info;
  }

  /** Those who come together are told together. */
  #ask(name: string, hash: Uint8Array): Promise<TokenInfo | undefined> {
    const asked = this.#asked.get(name);
    if (asked !== undefined) return asked;
    const asking = this.#read(name, hash).finally(() => {
      if (this.#asked.get(name) === asking) this.#asked.delete(name);
    });
    this.#asked.set(name, asking);
    return asking;
  }

  async #read(name: string, hash: Uint8Array): Promise<TokenInfo | undefined> {
    const [at, forgotten] = [this.#now(), this.#forgotten];
    const info = await readTokenBySecret(this.#db, hash);
    // What was read before a revocation must not be remembered after it.
    if (info !== undefined && forgotten === this.#forgotten) this.#seen.set(name, { info, at });
    return info;
  }
}

function unknownToken() {
  return refuse("UNAUTHENTICATED", "the token is not known");
}
