import type { Change } from "@bincard/contracts";
import type { Reading } from "../read-feed.ts";
import type { Pace } from "./pace.ts";
import type { Seat } from "./seat.ts";
import { Tail } from "./tail.ts";

/** Commits of at least this long are told of together: a page a commit would be mostly overhead. */
const GATHER_MS = 20;
/** The more telling takes, the longer the next one is gathered for, up to this long. */
const GATHER_TIMES = 39;
const GATHER_MOST_MS = 150;
/** How long a page is kept for followers a little behind the others. */
const KEEP_MS = 1_000;

export interface Place {
  readonly after: number;
  readonly limit: number;
}

/** `recent` are changes that need not be read, right after the place; one more than its limit at most. */
export type ReadPage = (place: Place, recent: readonly Change[]) => Promise<Reading>;

interface Kept {
  readonly reading: Promise<Reading>;
  readonly since: number;
}

/** A merchant's followers at this server: one reading of a page serves all that want it. */
export class Channel {
  readonly #seats = new Set<Seat>();
  readonly #pages = new Map<string, Kept>();
  readonly #tail = new Tail();
  readonly #read: ReadPage;
  readonly #pace: Pace;
  /** Where the merchant is known to stand. */
  #head = 0;
  /** Where it stood when everyone was last told to read on. */
  #announced = 0;
  #announcedAt = -Infinity;
  /** What telling has taken since then. */
  #spentMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(read: ReadPage, pace: Pace) {
    this.#read = read;
    this.#pace = pace;
  }

  get size(): number {
    return this.#seats.size;
  }

  get isEmpty(): boolean {
    return this.size === 0;
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

  /** This server has recorded these. */
  recorded(batch: readonly Change[]): void {
    this.#tail.add(batch);
  }

  /** The merchant has reached this position, by this server's hand or another's. */
  moved(position: number): void {
    if (position <= this.#head) return;
    this.#head = position;
    if (this.#timer === undefined && !this.isEmpty) this.#announceWhenDue();
  }

  #announceWhenDue(): void {
    const gatherMs = Math.min(Math.max(GATHER_MS, this.#spentMs * GATHER_TIMES), GATHER_MOST_MS);
    const waitMs = this.#announcedAt + gatherMs - performance.now();
    this.#timer = setTimeout(() => this.#announce(), Math.max(0, waitMs));
  }

  #announce(): void {
    this.#timer = undefined;
    this.#announcedAt = performance.now();
    this.#announced = this.#head;
    this.#spentMs = 0;
    for (const seat of this.#seats) seat.wake(this.#announced);
  }

  /** How far the merchant is known to have gone on from there. */
  behind(position: number): number {
    return Math.max(0, this.#head - position);
  }

  /** Resolves when everyone has been told to read on from there, or the seat has ended. */
  async beyond(seat: Seat, position: number): Promise<void> {
    if (this.#announced <= position) await seat.beyond(position);
  }

  /** Whoever asks must deal with the page as soon as it comes: what that takes is measured. */
  async page(place: Place): Promise<Reading> {
    const reading = await this.#keptOrRead(place);
    await this.#pace.handingOut((milliseconds) => (this.#spentMs += milliseconds));
    return reading;
  }

  /** A page that has changes stays true for ever; an empty one is true at its moment only. */
  #keptOrRead(place: Place): Promise<Reading> {
    const name = `${place.after} ${place.limit}`;
    const known = this.#pages.get(name);
    if (known !== undefined) return known.reading;
    const reading = this.#readInTurn(place);
    const kept = { reading, since: performance.now() };
    this.#pages.set(name, kept);
    const forget = () => {
      if (this.#pages.get(name) === kept) this.#pages.delete(name);
    };
    reading.then(({ page }) => page.changes.length === 0 && forget(), forget);
    return reading;
  }

  async #readInTurn(place: Place): Promise<Reading> {
    await this.#pace.turn();
    const recent = this.#tail.after(place.after, place.limit + 1);
    const reading = await this.#read(place, recent);
    this.moved(reading.head);
    return reading;
  }

  /** Drops pages that everyone who wanted them has had time to take. */
  forgetOld(): void {
    const before = performance.now() - KEEP_MS;
    for (const [name, { since }] of this.#pages) if (since < before) this.#pages.delete(name);
  }
}
