import { LIMITS } from "@bincard/contracts";
import type { Pools } from "../store/connect.ts";
import { findWork, type Work } from "../store/webhook-work.ts";
import { Cleaner } from "./cleaner.ts";
import type { OpenDesk } from "./desk.ts";
import { serveTurn, type Turn } from "./turn.ts";

/** How often work is looked for: other servers record changes, too, and retries fall due. */
const LOOK_MS = 500;
/** A commit of this server is told of as soon as this; what is recorded within it goes together. */
const NUDGE_MS = 25;
/** What was cut has this long to be written down; a database that is away is not waited for. */
const SETTLE_MS = 2_000;
/** Merchants that are known to have subscriptions; a commit of another's waits for the next look. */
const KNOWN_MERCHANTS = 10_000;
/** A subscription's old signature key is looked for this often. */
const CLEAN_MS = 3_600_000;
const KNOWN_SUBSCRIPTIONS = 100_000;

const { webhookReceiversAtOnce: PLACES, webhookFailingReceiversAtOnce: FAILING_PLACES } = LIMITS;

/**
 * Serves subscriptions, each in turns that one server has at a time, by a lease that lapses when the server dies. The
 * database is the truth: what is to be done follows from positions and due times, so a nudge that is lost costs time and
 * nothing else, and any number of servers share the work.
 */
export class Dispatcher {
  readonly #pools: Pools;
  readonly #desk: OpenDesk;
  readonly #turns = new Map<
    string,
    { readonly isFailing: boolean; readonly done: Promise<void> }
  >();
  readonly #known = new Set<string>();
  readonly #cleaner: Cleaner;
  /** When each subscription was last rid of an old signature key. */
  readonly #cleanedAt = new Map<string, number>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** When the next look is due; -Infinity while it is not to look at all. */
  #lookAt = -Infinity;
  #looking: Promise<void> | undefined;

  constructor(pools: Pools, desk: OpenDesk) {
    this.#pools = pools;
    this.#desk = desk;
    this.#cleaner = new Cleaner(pools, (error) => desk.witness?.failed(error));
  }

  start(): void {
    this.#cleaner.start();
    this.#lookAt = Infinity;
    this.#lookWithin(0);
  }

  /** This server has recorded changes of that merchant. */
  moved(merchantId: string): void {
    if (this.#known.has(merchantId)) this.#lookWithin(NUDGE_MS);
  }

  /** Something of that merchant's was asked for at this server. */
  nudge(merchantId: string): void {
    this.#know(merchantId);
    this.#lookWithin(0);
  }

  /**
   * Resolves within `graceMs` and a little. Takes no more turns; what is on the way to a receiver has so long to arrive, and is another server's to send
   * again after that.
   */
  async stop(graceMs: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#lookAt = -Infinity;
    const cut = setTimeout(() => this.#stopping.abort(), graceMs);
    const cleaned = this.#cleaner.stop();
    const ended = (async () => {
      await this.#looking;
      await Promise.all([...this.#turns.values()].map(({ done }) => done));
      await cleaned;
    })();
    let late: NodeJS.Timeout | undefined;
    const isLate = new Promise((wake) => (late = setTimeout(wake, graceMs + SETTLE_MS)));
    await Promise.race([ended, isLate]);
    clearTimeout(cut);
    clearTimeout(late);
    this.#stopping.abort();
  }

  get isStopping(): boolean {
    return this.#lookAt === -Infinity;
  }

  #lookWithin(milliseconds: number): void {
    const at = performance.now() + milliseconds;
    if (this.#lookAt <= at) return;
    this.#lookAt = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), milliseconds);
  }

  async #look(): Promise<void> {
    // A nudge that comes while this one looks is followed by another look.
    if (this.#looking !== undefined) await this.#looking;
    if (this.isStopping) return;
    this.#lookAt = Infinity;
    this.#looking = this.#lookOnce().catch((error: unknown) => this.#desk.witness?.failed(error));
    await this.#looking;
    this.#looking = undefined;
    if (!this.isStopping) this.#lookWithin(LOOK_MS);
  }

  async #lookOnce(): Promise<void> {
    const free = PLACES - this.#turns.size;
    if (free <= 0) return;
    let failing = [...this.#turns.values()].filter(({ isFailing }) => isFailing).length;
    for (const work of await findWork(this.#pools.gate.sql, free)) {
      if (this.isStopping) return;
      this.#know(work.merchantId);
      // Those that hang must not take the places of those that answer.
      if (work.isFailing && failing >= FAILING_PLACES) continue;
      if (this.#take(work) && work.isFailing) failing++;
    }
  }

  #take(work: Work): boolean {
    const name = `${work.merchantId}/${work.subscriptionId}`;
    if (this.#turns.has(name)) return false;
    const turn = {
      sql: this.#pools.webhooks.of(work.merchantId),
      desk: this.#desk,
      work,
      signal: this.#stopping.signal,
      isCleaning: this.#isCleaning(name),
      isStopping: () => this.isStopping,
    };
    const done = this.#serve(turn).then((pauseMs) => {
      this.#turns.delete(name);
      this.#lookWithin(pauseMs);
    });
    this.#turns.set(name, { isFailing: work.isFailing, done });
    return true;
  }

  /** Answers how soon to look again: what failed for now would fail again at once. */
  async #serve(turn: Turn): Promise<number> {
    try {
      await serveTurn(turn);
      return NUDGE_MS;
    } catch (error) {
      this.#desk.witness?.failed(error);
      return LOOK_MS;
    }
  }

  #isCleaning(name: string): boolean {
    const now = performance.now();
    if (now - (this.#cleanedAt.get(name) ?? -Infinity) < CLEAN_MS) return false;
    if (this.#cleanedAt.size >= KNOWN_SUBSCRIPTIONS) this.#cleanedAt.clear();
    this.#cleanedAt.set(name, now);
    return true;
  }

  #know(merchantId: string): void {
    if (this.#known.size >= KNOWN_MERCHANTS) this.#known.clear();
    this.#known.add(merchantId);
  }
}
