import {
  type Change,
  type FeedPage,
  LIMITS,
  type Micros,
  type Principal,
  type Refusal,
  refuse,
} from "@bincard/contracts";
import { readingAfter } from "../read-feed.ts";
import type { Pools } from "../store/connect.ts";
import { readEndedTokens, readPositions } from "../store/feed.ts";
import type { Telemetry } from "../telemetry.ts";
import { Channel } from "./channel.ts";
import { Pace } from "./pace.ts";
import { Seat } from "./seat.ts";

/** How often the positions of followed merchants are asked for: other servers write them, too. */
const LOOK_MS = 100;
/** Tokens are asked after once in so many looks. A revocation at this server is heard of at once. */
const LOOKS_PER_TOKEN_CHECK = 10;

const SAID: Readonly<Record<"TOKEN_REVOKED" | "TOKEN_EXPIRED", string>> = {
  TOKEN_REVOKED: "the token was revoked",
  TOKEN_EXPIRED: "the token has expired",
};

const tokenText = ({ merchantId, tokenId }: Pick<Principal, "merchantId" | "tokenId">) =>
  `${merchantId}\0${tokenId}`;

/**
 * Everyone who follows a feed at this server. A commit of this server nudges them at once; one question
 * every tenth of a second, for all merchants that are followed, finds the commits of other servers. The
 * table is the truth: a nudge that is lost costs time and nothing else.
 */
export class Followers {
  readonly #pools: Pools;
  readonly #now: () => Micros;
  readonly #telemetry: Telemetry | undefined;
  readonly #pace = new Pace();
  readonly #channels = new Map<string, Channel>();
  readonly #seats = new Map<Seat, Channel>();
  readonly #perToken = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  #dismissed: Refusal | undefined;

  constructor(
    pools: Pools,
    { now, telemetry }: { readonly now: () => Micros; readonly telemetry: Telemetry | undefined },
  ) {
    this.#pools = pools;
    this.#now = now;
    this.#telemetry = telemetry;
  }

  /** One follower was handed one page. */
  told({ changes }: FeedPage, positionsBehind: number): void {
    this.#telemetry?.feedRead({ changes: changes.length, positionsBehind });
  }

  /** This server has committed a batch, and with it reached this position. */
  recorded(
    merchantId: string,
    { changes, position }: { readonly changes: readonly Change[]; readonly position: number },
  ): void {
    const channel = this.#channels.get(merchantId);
    channel?.recorded(changes);
    channel?.moved(position);
  }

  /** RATE_LIMITED when the token or its merchant follows too often, UNAVAILABLE when this server has no seat left. */
  enter(principal: Principal): { readonly seat: Seat; readonly channel: Channel } {
    if (this.#dismissed !== undefined) throw this.#dismissed;
    const token = tokenText(principal);
    const taken = this.#perToken.get(token) ?? 0;
    if (taken >= LIMITS.followersPerToken)
      throw tooMany("RATE_LIMITED", `this token follows ${taken} times at this server already`);
    const ofMerchant = this.#channels.get(principal.merchantId)?.size ?? 0;
    if (ofMerchant >= LIMITS.followersPerMerchant)
      throw tooMany(
        "RATE_LIMITED",
        `this merchant has ${ofMerchant} followers at this server already`,
      );
    if (this.#seats.size >= LIMITS.followersPerServer)
      throw tooMany("UNAVAILABLE", "this server has no place for another follower");
    const channel = this.#channelOf(principal.merchantId);
    const seat = new Seat(principal);
    channel.add(seat);
    this.#seats.set(seat, channel);
    this.#perToken.set(token, taken + 1);
    this.#look();
    return { seat, channel };
  }

  leave(seat: Seat): void {
    const channel = this.#seats.get(seat);
    if (channel === undefined) return;
    seat.end();
    this.#seats.delete(seat);
    const { principal } = seat;
    const token = tokenText(principal);
    const left = (this.#perToken.get(token) ?? 0) - 1;
    if (left > 0) this.#perToken.set(token, left);
    else this.#perToken.delete(token);
    channel.remove(seat);
    if (channel.isEmpty) this.#channels.delete(principal.merchantId);
  }

  /** A token of this server's own knowledge has ended: whoever follows with it hears of it now. */
  revoked(ended: Pick<Principal, "merchantId" | "tokenId">): void {
    this.#endToken({ ...ended, because: "TOKEN_REVOKED" });
  }

  /** Ends everyone with UNAVAILABLE, so that they go to another server, and takes no one from now on. */
  dismiss(because: string): void {
    clearTimeout(this.#timer);
    const refusal = refuse("UNAVAILABLE", because, { retryAfterSeconds: 1 });
    this.#dismissed = refusal;
    for (const seat of this.#seats.keys()) seat.end(refusal);
  }

  #channelOf(merchantId: string): Channel {
    const known = this.#channels.get(merchantId);
    if (known !== undefined) return known;
    const channel = new Channel(
      (place, recent) =>
        readingAfter({ sql: this.#pools.of(merchantId).sql }, merchantId, { ...place, recent }),
      this.#pace,
    );
    this.#channels.set(merchantId, channel);
    return channel;
  }

  /** Looks again and again while anybody follows. */
  #look(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(async () => {
      // Without the database there is nothing to tell; whoever reads a page hears that it is away.
      await this.#lookOnce().catch(() => undefined);
      this.#timer = undefined;
      if (this.#seats.size > 0) this.#look();
    }, LOOK_MS);
  }

  async #lookOnce(): Promise<void> {
    const positions = await readPositions(this.#pools.gate.sql, [...this.#channels.keys()]);
    for (const { merchantId, position } of positions)
      this.#channels.get(merchantId)?.moved(position);
    for (const channel of this.#channels.values()) channel.forgetOld();
    this.#looks += 1;
    if (this.#looks % LOOKS_PER_TOKEN_CHECK !== 0) return;
    const tokens = new Map<string, Principal>();
    for (const { principal } of this.#seats.keys()) tokens.set(tokenText(principal), principal);
    const ended = await readEndedTokens(this.#pools.gate.sql, [...tokens.values()], this.#now());
    for (const token of ended) this.#endToken(token);
  }

  #endToken(ended: {
    readonly merchantId: string;
    readonly tokenId: string;
    readonly because: "TOKEN_REVOKED" | "TOKEN_EXPIRED";
  }): void {
    const token = tokenText(ended);
    const refusal = refuse(ended.because, SAID[ended.because]);
    for (const seat of this.#seats.keys())
      if (tokenText(seat.principal) === token) seat.end(refusal);
  }
}

function tooMany(code: "RATE_LIMITED" | "UNAVAILABLE", message: string) {
  return refuse(code, message, { retryAfterSeconds: 5 });
}
