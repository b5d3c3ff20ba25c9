import type { CallOptions } from "../call.ts";
import type { Bincard } from "../client.ts";
import type { FeedPage, FollowOptions } from "../follow.ts";
import { Reached, type WaitOptions } from "../reached.ts";
import { type Standing, standingOf } from "./checksum.ts";
import type { FeedCount, ReplicaPlace, ReplicaStore } from "./store.ts";

const PAGE = 1_000;
const NOWHERE: ReplicaPlace = { cursor: "", position: 0, ahead: 0 };

export interface ReplicaOptions {
  readonly client: Bincard;
  readonly store: ReplicaStore;
  /** Keeps the changes, too. Decided when the copy is begun: it has those from then on. */
  readonly changes?: boolean | undefined;
}

/** What the copy comes to and what the ledger says it should, at one position. */
export interface Proof {
  readonly position: number;
  readonly isEqual: boolean;
  readonly copy: Standing;
  readonly ledger: Standing;
}

/** A page that does not continue the copy. The feed has no gaps: what is between us has. */
export class ReplicaGap extends Error {
  override readonly name = "ReplicaGap";
  /** The position that should have come. */
  readonly expected: number;

  constructor(expected: number, found: number) {
    super(`the copy wants position ${expected} next and was told of ${found}`);
    this.expected = expected;
  }
}

/** A copy of the counts, kept in step by cursor: one local transaction a page. */
export interface Replica {
  /** Of the last change dealt with; 0 before the first. */
  readonly position: number;
  /**
   * Whether the counts are exactly those of `position`, and none is newer: always, once a sync has ended
   * beside which nothing follows. Who follows while others write has newer ones at times.
   */
  readonly isExact: boolean;
  /** Reads on to the end of the feed, and says how far it came. */
  sync(options?: CallOptions): Promise<{ readonly position: number; readonly changes: number }>;
  /** Stays in step. Gives each page once it is in the store. */
  follow(options?: FollowOptions): AsyncGenerator<FeedPage, void, undefined>;
  /** Syncs, and compares the counts with the ledger's at one position. */
  prove(options?: CallOptions): Promise<Proof>;
  /** Resolves once the copy has everything up to this position. */
  waitFor(position: number, options?: WaitOptions): Promise<void>;
  counts(): AsyncIterable<FeedCount>;
  /** Forgets everything: the next sync begins at the beginning. */
  reset(): Promise<void>;
}

/**
 * A copy of the ledger's counts in a store of one's own. Throws ReplicaGap when the feed does not continue
 * it, and InvalidRequestError INVALID_CURSOR when it is the copy of another merchant, or of a database that
 * was put back to an older state: then `reset` begins it anew.
 */
export function createReplica(options: ReplicaOptions): Replica {
  return new StoredReplica(options);
}

class StoredReplica implements Replica {
  readonly #client: Bincard;
  readonly #store: ReplicaStore;
  readonly #keepsChanges: boolean;
  readonly #reached = new Reached();
  #place: ReplicaPlace | undefined;
  /** Pages go in one after the other, whoever brings them. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ client, store, changes = false }: ReplicaOptions) {
    this.#client = client;
    this.#store = store;
    this.#keepsChanges = changes;
  }

  get position(): number {
    return this.#place?.position ?? 0;
  }

  get isExact(): boolean {
    return this.#place !== undefined && this.#place.ahead <= this.#place.position;
  }

  async sync(options?: CallOptions) {
    const { position: from } = await this.#where();
    for (;;) {
      const input = { ...(await this.#after()), limit: PAGE };
      const page = await this.#client.feed.read(input, options);
      await this.#take(page);
      if (!page.more) return { position: this.position, changes: this.position - from };
    }
  }

  async *follow(options?: FollowOptions) {
    for await (const page of this.#client.feed.follow(await this.#after(), options)) {
      await this.#take(page);
      yield page;
    }
  }

  async prove(options?: CallOptions): Promise<Proof> {
    for (;;) {
      const input = { ...(await this.#after()), limit: PAGE };
      const { standing: ledger, ...page } = await this.#client.feed.checksum(input, options);
      const proof = await this.#inTurn(async () => {
        await this.#put(page);
        // Somebody else's page may have come in between: then the two are of different moments.
        if (ledger === undefined || this.position !== page.position || !this.isExact)
          return undefined;
        const copy = await standingOf(this.#store.counts());
        const isEqual = copy.checksum === ledger.checksum && copy.counts === ledger.counts;
        return { position: page.position, isEqual, copy, ledger };
      });
      if (proof !== undefined) return proof;
    }
  }

  waitFor(position: number, options?: WaitOptions): Promise<void> {
    return this.#reached.waitFor(position, options);
  }

  counts(): AsyncIterable<FeedCount> {
    return this.#store.counts();
  }

  async reset(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#where();
      await this.#store.clear();
      this.#place = NOWHERE;
    });
  }

  async #where(): Promise<ReplicaPlace> {
    this.#place ??= (await this.#store.open()) ?? NOWHERE;
    this.#reached.report(this.#place.position);
    return this.#place;
  }

  async #after(): Promise<{ readonly after?: string }> {
    const { cursor } = await this.#where();
    return cursor === "" ? {} : { after: cursor };
  }

  #take(page: FeedPage): Promise<void> {
    return this.#inTurn(() => this.#put(page));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #put(page: FeedPage): Promise<void> {
    for (;;) {
      const place = await this.#where();
      if (page.position < place.position) return;
      const changes = page.changes.filter(({ position }) => position > place.position);
      requireNoGap(place.position, { changes, position: page.position });
      const ahead = Math.max(place.ahead, ...page.counts.map(({ position }) => position));
      const to = { cursor: page.cursor, position: page.position, ahead };
      const outcome = await this.#store.apply({
        from: place.position,
        to,
        counts: page.counts,
        changes: this.#keepsChanges ? changes : [],
      });
      if (outcome === "applied") {
        this.#place = to;
        this.#reached.report(to.position);
        return;
      }
      // Another process works on the same store: see how far it has come, and go on from there.
      this.#place = undefined;
    }
  }
}

/** Positions are 1, 2, 3 and so on: what comes must be the next ones, up to where the page says it ends. */
function requireNoGap(
  from: number,
  { changes, position }: Pick<FeedPage, "changes" | "position">,
): void {
  let expected = from + 1;
  for (const change of changes) {
    if (change.position !== expected) throw new ReplicaGap(expected, change.position);
    expected += 1;
  }
  if (position !== expected - 1) throw new ReplicaGap(expected, position);
}
