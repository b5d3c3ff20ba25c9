import type { FeedPage } from "@bincard/contracts";
import type { Pace } from "./pace.ts";
import type { Seat } from "./seat.ts";

/** Commits of this long are told of together: a page a commit would be mostly overhead. */
const GATHER_MS = 20;
/** How long a page is kept for followers a little behind the others. */
const KEEP_MS = 1_000;

export interface Place {
  readonly after: number;
  readonly limit: number;
}

interface Kept {
  readonly page: Promise<FeedPage>;
  readonly since: number;
}

/** A merchant's followers at this server: one reading of a page serves all that want it. */
export class Channel {
  readonly #seats = new Set<Seat>();
  readonly #pages = new Map<string, Kept>();
  readonly #read: (place: Place) => Promise<FeedPage>;
  readonly #pace: Pace;
  #head = 0;
  #announcedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(read: (place: Place) => Promise<FeedPage>, pace: Pace) {
    this.#read = read;
    this.#pace = pace;
  }

  get isEmpty(): boolean {
    return this.#seats.size === 0;
  }

  add(seat: Seat): void {
    this.#seats.add(seat);
  }

  remove(seat: Seat): void {
    this.#seats.delete(seat);
    if (!this.isEmpty) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pages.clear();
  }

  /** The merchant has reached this position, by this server's hand or another's. */
  moved(position: number): void {
    if (position <= this.#head) return;
    this.#head = position;
    if (this.#timer !== undefined || this.isEmpty) return;
    const waitMs = Math.max(0, this.#announcedAt + GATHER_MS - performance.now());
    this.#timer = setTimeout(() => this.#announce(), waitMs);
  }

  #announce(): void {
    this.#timer = undefined;
    this.#announcedAt = performance.now();
    for (const seat of this.#seats) seat.wake(this.#head);
  }

  /** How far the merchant is known to have gone on from there. */
  behind(position: number): number {
    return Math.max(0, this.#head - position);
  }

  async beyond(seat: Seat, position: number): Promise<void> {
    if (this.#head <= position) await seat.beyond(position);
  }

  /** A page that has changes stays true for ever; an empty one is true at its moment only. */
  page(place: Place): Promise<FeedPage> {
    const name = `${place.after} ${place.limit}`;
    const kept = this.#pages.get(name);
    if (kept !== undefined) return kept.page;
    const page = this.#readInTurn(place);
    const reading = { page, since: performance.now() };
    this.#pages.set(name, reading);
    const forget = () => {
      if (this.#pages.get(name) === reading) this.#pages.delete(name);
    };
    page.then(({ changes }) => changes.length === 0 && forget(), forget);
    return page;
  }

  async #readInTurn(place: Place): Promise<FeedPage> {
    await this.#pace.turn();
    const page = await this.#read(place);
    this.moved(page.position);
    this.#pace.handingOut();
    return page;
  }

  /** Drops pages that everyone who wanted them has had time to take. */
  forgetOld(): void {
    const before = performance.now() - KEEP_MS;
    for (const [name, { since }] of this.#pages) if (since < before) this.#pages.delete(name);
  }
}
