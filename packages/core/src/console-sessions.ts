import { randomBytes } from "node:crypto";
import {
  formatTime,
  LIMITS,
  type Micros,
  parseTime,
  type Principal,
  refuse,
} from "@bincard/contracts";
import { principalOf } from "./principal-of.ts";
import type { Pools } from "./store/connect.ts";
import {
  deleteSession,
  type FoundSession,
  insertCode,
  insertSession,
  takeCode,
  useSession,
} from "./store/console.ts";
import { inTransaction, untilDone } from "./store/transaction.ts";
import { hashOf } from "./token.ts";
import { TwoGenerations } from "./writer/two-generations.ts";

/** A secret that stands for a token at the console, and for how long. */
export interface ConsolePass {
  readonly secret: string;
  readonly principal: Principal;
  /** RFC 3339. A session may end earlier: when nobody uses it, or its token ends. */
  readonly expiresAt: string;
}

/** Sessions of the console: what a cookie stands for in place of a bearer token. */
export interface ConsoleSessions {
  /** A session for whoever this is. */
  open(principal: Principal): Promise<ConsolePass>;
  /** Who a session's secret stands for: UNAUTHENTICATED, TOKEN_REVOKED, TOKEN_EXPIRED. */
  authenticate(secret: string): Promise<Principal>;
  /** Ends a session; one that has ended is no fault. */
  end(secret: string): Promise<void>;
  /** A code that opens one session of this principal's, within `LIMITS.consoleCodeSeconds`. */
  makeCode(principal: Principal): Promise<ConsolePass>;
  /** The session for a code, once: UNAUTHENTICATED, TOKEN_REVOKED, TOKEN_EXPIRED. */
  redeem(code: string): Promise<ConsolePass>;
}

/** What ends elsewhere is heard of within this, as with tokens; what ends here, at once. */
const TRUSTED_FOR: Micros = 1_000_000;
const REMEMBERED = 10_000;
const SECOND: Micros = 1_000_000;
const HOUR = 3_600 * SECOND;
/** The merchant's id, and 256 random bits. */
const SECRET = /^([0-9A-Za-z]{1,32})\.([\w-]{43})$/;

interface Seen {
  readonly found: FoundSession;
  readonly at: Micros;
}

/** Keeps sessions in the database, so that every server of it knows them. */
export class SessionKeeper implements ConsoleSessions {
  readonly #pools: Pools;
  readonly #now: () => Micros;
  readonly #seen = new TwoGenerations<Seen>(REMEMBERED);
  /** How often everything was forgotten. */
  #forgotten = 0;

  constructor(pools: Pools, now: () => Micros) {
    this.#pools = pools;
    this.#now = now;
  }

  async open(principal: Principal): Promise<ConsolePass> {
    const { secret, hash } = makeSecret(principal);
    const { merchantId, tokenId } = principal;
    const createdAt = await inTransaction(this.#pools.of(merchantId).db, async (inside) =>
      insertSession(inside, { merchantId, tokenId, secretHash: hash }),
    );
    return { secret, principal, expiresAt: later(createdAt, LIMITS.consoleSessionHours * HOUR) };
  }

  async authenticate(secret: string): Promise<Principal> {
    const { info } = await this.#lookUp(secret);
    return principalOf(info, this.#now());
  }

  async end(secret: string): Promise<void> {
    const held = heldIn(secret);
    if (held === undefined) return;
    await untilDone(async () => deleteSession(this.#pools.of(held.merchantId).db, held));
    this.#forgotten++;
    this.#seen.delete(nameOf(held));
  }

  async makeCode(principal: Principal): Promise<ConsolePass> {
    const { secret, hash } = makeSecret(principal);
    const { merchantId, tokenId } = principal;
    const createdAt = await inTransaction(this.#pools.of(merchantId).db, async (inside) =>
      insertCode(inside, { merchantId, tokenId, secretHash: hash }),
    );
    return { secret, principal, expiresAt: later(createdAt, LIMITS.consoleCodeSeconds * SECOND) };
  }

  async redeem(code: string): Promise<ConsolePass> {
    const held = heldIn(code);
    const info =
      held && (await untilDone(async () => takeCode(this.#pools.of(held.merchantId).db, held)));
    if (info === undefined)
      throw refuse("UNAUTHENTICATED", "the code is not known, was used, or is too old");
    return this.open(principalOf(info, this.#now()));
  }

  forget(): void {
    this.#forgotten++;
    this.#seen.clear();
  }

  async #lookUp(secret: string): Promise<FoundSession> {
    const held = heldIn(secret);
    if (held === undefined) throw ended();
    const name = nameOf(held);
    const seen = this.#seen.get(name);
    const at = this.#now();
    if (seen !== undefined && Math.abs(at - seen.at) < TRUSTED_FOR) return seen.found;
    const forgotten = this.#forgotten;
    const found = await useSession(this.#pools.of(held.merchantId).db, held);
    if (found === undefined) throw ended();
    // What was read before a session ended must not be remembered after it.
    if (forgotten === this.#forgotten) this.#seen.set(name, { found, at });
    return found;
  }
}

function makeSecret({ merchantId }: Principal) {
  const secret = `${merchantId}.${randomBytes(32).toString("base64url")}`;
  return { secret, hash: hashOf(secret) };
}

/** Whose it says it is, and what of it is stored; `undefined` for what was never ours. */
function heldIn(secret: string) {
  const merchantId = SECRET.exec(secret)?.[1];
  return merchantId === undefined ? undefined : { merchantId, secretHash: hashOf(secret) };
}

/** What a session is remembered under. */
function nameOf({ secretHash }: { readonly secretHash: Uint8Array }): string {
  return Buffer.from(secretHash).toString("base64");
}

function later(time: string, by: Micros): string {
  return formatTime((parseTime(time) ?? 0) + by);
}

function ended() {
  return refuse("UNAUTHENTICATED", "the session has ended: sign in again");
}
