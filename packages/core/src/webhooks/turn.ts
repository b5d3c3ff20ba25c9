import { randomUUID } from "node:crypto";
import { LIMITS, Refusal, type WebhookAttempt } from "@bincard/contracts";
import { pageAfter } from "../read-feed.ts";
import { toldCounts } from "../rules/told-counts.ts";
import type { Sql } from "../store/connect.ts";
import { readPlace } from "../store/feed.ts";
import {
  appendDeliveries,
  readDue,
  settleAttempt,
  type StoredDelivery,
} from "../store/webhook-deliveries.ts";
import type { StoredSubscription } from "../store/webhook-subscriptions.ts";
import {
  dropOldKey,
  endLease,
  giveUp,
  noteFailing,
  noteWell,
  renewLease,
  skipTo,
  takeLease,
  type Work,
} from "../store/webhook-work.ts";
import type { OpenDesk } from "./desk.ts";
import { parcelOf } from "./parcels.ts";
import { waitAfter } from "./schedule.ts";

/** Longer than the longest attempt and the renewal before it; the next server waits this long for a dead one. */
const LEASE_SECONDS = 20;
/** A subscription that was disabled or deleted is noticed within this. */
const RENEW_MS = 1_000;
/** Then others have their turn. */
const TURN_MS = 15_000;
/** Changes that are read, and told of, together. */
const PAGE = 1_000;
const DAY_MS = 86_400_000;
const FIRSTS = 32;
const RETRIES = 64;

export interface Turn {
  readonly sql: Sql;
  readonly desk: OpenDesk;
  readonly work: Work;
  /** Cuts what is on its way. */
  readonly signal: AbortSignal;
  readonly isStopping: () => boolean;
  /** Whether it is time to look for a signature key that is too old. */
  readonly isCleaning: boolean;
}

/** Makes and sends what one subscription is to be told, until there is nothing left, or others have waited long enough. */
export async function serveTurn(turn: Turn): Promise<void> {
  const lease = randomUUID();
  const taken = await takeLease(turn.sql, { ...turn.work, lease, seconds: LEASE_SECONDS });
  if (taken === undefined) return;
  const serving = new Serving(turn, lease, taken);
  try {
    await serving.run();
  } finally {
    await endLease(turn.sql, { ...turn.work, lease });
  }
}

class Serving {
  readonly #turn: Turn;
  readonly #lease: string;
  readonly #ends = performance.now() + TURN_MS;
  /** Undefined once it is no longer ours to serve. */
  #subscription: StoredSubscription | undefined;
  #renewedAt = performance.now();
  #isFailing: boolean;

  constructor(turn: Turn, lease: string, subscription: StoredSubscription) {
    this.#turn = turn;
    this.#lease = lease;
    this.#subscription = subscription;
    this.#isFailing = subscription.failingSince !== undefined;
  }

  get #isOver(): boolean {
    const { isStopping } = this.#turn;
    return isStopping() || this.#subscription === undefined || performance.now() > this.#ends;
  }

  async run(): Promise<void> {
    const { sql, work } = this.#turn;
    if (this.#turn.isCleaning) await dropOldKey(sql, work, LIMITS.webhookOldKeyHours);
    while (!this.#isOver) {
      const due = async (kind: "first" | "retry", limit: number) =>
        readDue(sql, { ...work, kind, limit });
      let firsts = await due("first", FIRSTS);
      // Made no earlier than they can be sent: what changes meanwhile is told together.
      if (firsts.length === 0 && (await this.#make())) firsts = await due("first", FIRSTS);
      const retries = await due("retry", RETRIES);
      if (firsts.length + retries.length === 0) return;
      await Promise.all([this.#inOrder(firsts), this.#several(retries)]);
    }
  }

  /** Whether the subscription has something new to be told. */
  async #make(): Promise<boolean> {
    const { sql, work, desk } = this.#turn;
    for (let isMore = true; isMore && !this.#isOver;) {
      const subscription = await this.#renewed();
      if (subscription === undefined) return false;
      const { position: after } = subscription;
      const page = await this.#pageAfter(after);
      if (page === undefined) {
        desk.witness?.skipped(work);
        const end = await readPlace(sql, work.merchantId, undefined);
        await skipTo(sql, { ...work, lease: this.#lease }, end);
        return false;
      }
      if (page.position === after) return false;
      const [eventType] = subscription.eventTypes;
      if (eventType === undefined) return false;
      const parts = toldCounts(page, { after, limit: LIMITS.webhookCountsPerDelivery });
      const made = {
        ...work,
        eventType,
        firstPosition: after + 1,
        lastPosition: page.position,
        deliveries: parts.map((counts, part) => ({ id: randomUUID(), part, counts })),
      };
      const isMade = await appendDeliveries(sql, made, this.#lease);
      if (parts.length > 0) return isMade;
      isMore = page.more;
    }
    return false;
  }

  /** Undefined when the feed cannot go on from there: archived, or put back to an older state. */
  async #pageAfter(after: number) {
    const { sql, work } = this.#turn;
    try {
      return await pageAfter({ sql }, work.merchantId, { after, limit: PAGE });
    } catch (error) {
      if (error instanceof Refusal && error.code === "INVALID_CURSOR") return undefined;
      throw error;
    }
  }

  /** The subscription as it is now, as long as it is ours. */
  async #renewed(): Promise<StoredSubscription | undefined> {
    const { sql, work } = this.#turn;
    const lease = { ...work, lease: this.#lease, seconds: LEASE_SECONDS };
    this.#subscription = await renewLease(sql, lease);
    this.#renewedAt = performance.now();
    return this.#subscription;
  }

  async #inOrder(deliveries: readonly StoredDelivery[]): Promise<void> {
    for (const delivery of deliveries) {
      if (this.#isOver) return;
      await this.#attempt(delivery);
    }
  }

  async #several(deliveries: readonly StoredDelivery[]): Promise<void> {
    const rest = deliveries.values();
    const sendOn = async () => {
      for (const delivery of rest) {
        if (this.#isOver) return;
        await this.#attempt(delivery);
      }
    };
    await Promise.all(Array.from({ length: LIMITS.webhookRetriesAtOnce }, sendOn));
  }

  async #attempt(delivery: StoredDelivery): Promise<void> {
    const { desk, work, signal } = this.#turn;
    const isFresh = performance.now() - this.#renewedAt < RENEW_MS;
    const subscription = isFresh ? this.#subscription : await this.#renewed();
    if (subscription === undefined) return;
    const { merchantId } = work;
    const parcel = parcelOf({ vault: desk.vault, merchantId, subscription }, delivery);
    const attempt =
      parcel === undefined ? keyUnreadable() : await this.#sent(desk.courier.send(parcel, signal));
    if (attempt === undefined) return;
    desk.witness?.attempted(attempt);
    await this.#settle(delivery, attempt);
  }

  /** Undefined when it was cut: whether it arrived is unknown, and it is sent again. */
  async #sent(
    sending: ReturnType<OpenDesk["courier"]["send"]>,
  ): Promise<WebhookAttempt | undefined> {
    try {
      return (await sending).attempt;
    } catch (error) {
      if (this.#turn.signal.aborted) return undefined;
      throw error;
    }
  }

  async #settle({ id, attemptCount }: StoredDelivery, attempt: WebhookAttempt): Promise<void> {
    const { sql, work, desk } = this.#turn;
    const hasFailed = attempt.reason !== undefined;
    const wait = hasFailed ? waitAfter(attemptCount + 1, desk.retryScale) : undefined;
    await settleAttempt(sql, {
      merchantId: work.merchantId,
      id,
      attemptsBefore: attemptCount,
      attempt,
      state: hasFailed ? (wait === undefined ? "DEAD" : "PENDING") : "DELIVERED",
      nextInMilliseconds: wait,
    });
    if (hasFailed === this.#isFailing) return this.#giveUpIfLong();
    this.#isFailing = hasFailed;
    await (hasFailed ? noteFailing(sql, work) : noteWell(sql, work));
  }

  /** Square disables a subscription that has heard of no success for three weeks, and so do we. */
  async #giveUpIfLong(): Promise<void> {
    const { sql, work, desk } = this.#turn;
    const since = this.#subscription?.failingSince;
    if (!this.#isFailing || since === undefined) return;
    const days = LIMITS.webhookFailingDays;
    if (Date.now() - Date.parse(since) < days * DAY_MS) return;
    if (!(await giveUp(sql, work, days))) return;
    this.#subscription = undefined;
    desk.witness?.gaveUp(work);
  }
}

/** Nothing can be signed with it; the attempts say so until the secret is back, or the key is rotated. */
function keyUnreadable(): WebhookAttempt {
  return {
    at: new Date().toISOString(),
    milliseconds: 0,
    reason: "other_error",
    detail: "the signature key was kept under another BINCARD_SECRET_KEY",
  };
}
