import { type FailureCode, LIMITS, type Principal, Refusal, refuse } from "@bincard/contracts";
import { AccessLog } from "./access-log.ts";
import type { TokenKeeper } from "./auth.ts";
import { bearerIn } from "./bearer.ts";
import { countedAs } from "./client-address.ts";
import { FairShare } from "./fair-share.ts";
import { InFlight, type InFlightSettings, type Inside, NO_IN_FLIGHT_LIMITS } from "./in-flight.ts";
import { type Log, silentLog } from "./log.ts";
import { type Door, Metrics } from "./metrics.ts";
import { OneByOne } from "./one-by-one.ts";
import { type Asking, NO_RATE_LIMITS, RateLimits, type RateLimitSettings } from "./rate-limit.ts";
import { requestIdOf } from "./request-id.ts";
import { Strangers } from "./strangers.ts";

export interface ReceptionOptions {
  readonly ledger: TokenKeeper;
  readonly log?: Log;
  readonly metrics?: Metrics;
  /** None when left out. */
  readonly rateLimits?: RateLimitSettings;
  /** None when left out. */
  readonly inFlight?: InFlightSettings;
  /** Lines of the access log; all of them when left out. */
  readonly linesPerSecond?: number;
}

/** One request on its way through the server. Doors fill in what they find out. */
export interface Visit {
  readonly requestId: string;
  /** Of `performance.now()`. */
  readonly begun: number;
  /** Whose it is; asked for only when it matters. */
  readonly address: () => string;
  door: Door;
  /** Of the contracts, as "changes.create"; "batch" for several, "unknown" for none of ours. */
  operation: string;
  /** Of its body, what was waited for before it was read. */
  bytesPaid?: number;
  /** Set while it counts as being answered. */
  inside?: Inside;
  /** The first refusal. */
  refused?: FailureCode;
}

/** What somebody says who they are with. */
export interface Credentials {
  /** `undefined` when there is none. */
  readonly secret: string | undefined;
  readonly isSession?: boolean;
  readonly authenticate: () => Promise<Principal>;
}

export interface Arrival {
  /** What the caller wants its request to be called. */
  readonly sentId: string | null | undefined;
  readonly address: () => string;
}

/** What a request costs, however little it says, and what it says, in rows of an answer. */
const ROWS_A_REQUEST = 100;
const BYTES_A_ROW = 50;
/** A body of so many bytes keeps the process busy for some milliseconds. */
const LARGE_BODY_BYTES = 64 * 1_024;

/**
 * What every request passes on its way in and out, whichever door it takes and whatever answers it: a name, who is
 * asking, how much they may ask for, and what is counted and logged of it. Plain calls in this order: `arrive`, `identify`,
 * `admit`, `share`, `bodyRead`, `refuse` where it was refused, and in any case `leave`.
 */
export class Reception {
  readonly metrics: Metrics;
  readonly fairShare = new FairShare();
  readonly #largeWork = new OneByOne();
  readonly #ledger: TokenKeeper;
  readonly #limits: RateLimits;
  readonly #strangers: Strangers;
  readonly #inFlight: InFlight;
  readonly #accessLog: AccessLog;

  constructor(options: ReceptionOptions) {
    const rateLimits = options.rateLimits ?? NO_RATE_LIMITS;
    this.metrics = options.metrics ?? new Metrics({ process: false });
    this.#ledger = options.ledger;
    this.#limits = new RateLimits(rateLimits);
    this.#strangers = new Strangers(rateLimits.strangers);
    this.#inFlight = new InFlight(options.inFlight ?? NO_IN_FLIGHT_LIMITS);
    this.#accessLog = new AccessLog(options.log ?? silentLog, options.linesPerSecond ?? Infinity);
  }

  /** Requests being answered. */
  get inFlight(): number {
    return this.#inFlight.total;
  }

  arrive({ sentId, address }: Arrival): Visit {
    const requestId = requestIdOf(sentId);
    return { requestId, address, begun: performance.now(), door: "none", operation: "unknown" };
  }

  /**
   * Who is asking. Every door asks this before it reads anything else of a request.
   * @throws Refusal UNAUTHENTICATED, TOKEN_EXPIRED, TOKEN_REVOKED, or RATE_LIMITED when the address has failed too often.
   */
  async identify(visit: Visit, authorization: string | null | undefined): Promise<Principal> {
    const token = tokenIn(authorization);
    return this.identifyBy(visit, {
      secret: token,
      authenticate: async () => this.#ledger.authenticate(token ?? mustBeBearer(authorization)),
    });
  }

  /** The same by a token that came in a body. */
  async identifyToken(visit: Visit, token: string): Promise<Principal> {
    return this.identifyBy(visit, {
      secret: token,
      authenticate: async () => this.#ledger.authenticate(token),
    });
  }

  /** The same by the secret of a session of the console. */
  async identifySession(visit: Visit, secret: string): Promise<Principal> {
    return this.identifyBy(visit, {
      secret,
      isSession: true,
      authenticate: async () => this.#ledger.sessions.authenticate(secret),
    });
  }

  /** The same by whatever `authenticate` goes by. Each failure counts against the address it came from. */
  async identifyBy(
    visit: Visit,
    { secret, isSession = false, authenticate }: Credentials,
  ): Promise<Principal> {
    const from = countedAs(visit.address());
    this.#strangers.admit(from, secret);
    try {
      const principal = await authenticate();
      // A token has many sessions, so these go by their own names.
      if (secret !== undefined)
        this.#strangers.succeeded(isSession ? undefined : principal.tokenId, secret);
      return principal;
    } catch (error) {
      // A database that is away is no stranger's fault.
      if (error instanceof Refusal && error.code !== "UNAVAILABLE") this.#strangers.failed(from);
      throw error;
    }
  }

  /**
   * Whether this principal may ask for that much now; if so, the request counts as being answered until it leaves.
   * @throws Refusal RATE_LIMITED or UNAVAILABLE, with the seconds to wait.
   */
  admit(visit: Visit, principal: Principal, asking: Asking): void {
    this.#limits.admit(principal, asking);
    visit.inside = this.#inFlight.enter(principal.merchantId);
  }

  /**
   * Waits until this merchant's next request may be read and worked on; `undefined`: it may be now. `length` is what its
   * headers say of its body: what is large waits before it is read, not after.
   */
  share(
    visit: Visit,
    { merchantId }: Principal,
    length: string | null | undefined,
  ): Promise<void> | undefined {
    const said = Number(length);
    visit.bytesPaid = said > 0 ? Math.min(said, LIMITS.bodyBytes) : 0;
    return this.fairShare.enter(merchantId, ROWS_A_REQUEST + visit.bytesPaid / BYTES_A_ROW);
  }

  /** Counts a body, before anything is made of it: large writes cost more than small ones. */
  async bodyRead(visit: Visit, principal: Principal, bytes: number): Promise<void> {
    const unpaid = bytes - (visit.bytesPaid ?? 0);
    if (unpaid > 0) this.fairShare.charge(principal.merchantId, unpaid / BYTES_A_ROW);
    if (bytes >= LIMITS.bodyBytesPerWrite) this.#limits.chargeBody(principal, bytes);
    await this.pause(principal, bytes);
  }

  /** `turnOfLargeWork` between the parts of the work on so large a body; `undefined`: it is not large. */
  pause(principal: Principal, bytes: number): Promise<void> | undefined {
    return bytes >= LARGE_BODY_BYTES ? this.turnOfLargeWork(principal) : undefined;
  }

  /**
   * Lets others in before the next part of a large piece of work. Of all such parts one begins each time the event loop goes
   * round, and for a moment none does while a request of another merchant's has just come: it would meet one at every step it takes.
   */
  async turnOfLargeWork({ merchantId }: Principal): Promise<void> {
    return this.#largeWork.turn(() => !this.#inFlight.meetsNewcomer(merchantId));
  }

  refuse(visit: Visit, code: FailureCode): void {
    visit.refused ??= code;
    this.metrics.refused(visit.door, code);
  }

  /** Once for each visit, whatever became of it. */
  leave(visit: Visit, answer: { method: string; path: string; status: number }): void {
    if (visit.inside !== undefined) this.#inFlight.leave(visit.inside);
    delete visit.inside;
    const now = performance.now();
    const milliseconds = now - visit.begun;
    const { door, operation, requestId } = visit;
    this.metrics.answered({ door, operation, status: answer.status }, milliseconds);
    const isRoutine = door === "health" || door === "metrics";
    this.#accessLog.answered({ requestId, ...answer, milliseconds, isRoutine }, now);
  }
}

/** `undefined` when the header is missing, or holds nothing that could be a token of ours. */
function tokenIn(authorization: string | null | undefined): string | undefined {
  const token = bearerIn(authorization);
  return token === undefined || token.length > LIMITS.tokenCharacters ? undefined : token;
}

function mustBeBearer(authorization: string | null | undefined): never {
  if (authorization === null || authorization === undefined) {
    throw refuse("UNAUTHENTICATED", 'send the header "Authorization: Bearer" with your token');
  }
  throw refuse("UNAUTHENTICATED", 'the header Authorization must be "Bearer" and a token');
}
