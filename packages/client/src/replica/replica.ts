import type { CallOptions } from "../call.ts";
import type { Bincard } from "../client.ts";
import { isBincardError } from "../errors.ts";
import type { FeedPage, FollowOptions } from "../follow.ts";
import { pause } from "../pause.ts";
import type { WaitOptions } from "../reached.ts";
import { type Standing, standingOf } from "./checksum.ts";
import { Copy } from "./copy.ts";
import type { FeedCount, ReplicaStore } from "./store.ts";

export { ReplicaGap, ReplicaIncomplete } from "./copy.ts";

const PAGE = 1_000;
/** Between attempts to begin, for who follows: at most so long, in milliseconds. */
const PAUSE_MOST_MS = 5_000;

export interface ReplicaOptions {
  readonly client: Bincard;
  readonly store: ReplicaStore;
  /**
   * Keeps changes, too. `true`: those after the snapshot the copy began with, or last began anew with, or from
   * now on where it kept none. "all": every one there ever was; the copy then begins at the first change
   * instead of with a snapshot, fails with INVALID_CURSOR where changes it would need are archived, and with
   * ReplicaIncomplete where it was begun otherwise. Left out: as the copy did before, and a new one keeps none.
   * `false`: none from now on.
   */
  readonly changes?: boolean | "all" | undefined;
}

/** What the copy comes to and what the ledger says it should, at one position. */
export interface Proof {
  readonly position: number;
  readonly isEqual: boolean;
  readonly copy: Standing;
  readonly ledger: Standing;
}

export interface Synced {
  readonly position: number;
  /** Changes dealt with one by one. */
  readonly changes: number;
  /** Counts taken from a snapshot; 0 when none was needed. */
  readonly counts: number;
}

/** A copy of the counts, kept in step by cursor: one local transaction a page. */
export interface Replica {
  /** Of the last change dealt with; 0 before the first snapshot is complete. */
  readonly position: number;
  /**
   * Whether the counts are exactly those of `position`, and none is newer: always, once a sync has ended
   * beside which nothing follows. Who follows while others write has newer ones at times.
   */
  readonly isExact: boolean;
  /** Reads on to the end of the feed, and says how far it came. */
  sync(options?: CallOptions): Promise<Synced>;
  /** Stays in step. Gives each page of the feed once it is in the store; those of a snapshot it does not. */
  follow(options?: FollowOptions): AsyncGenerator<FeedPage, void, undefined>;
  /** Syncs, and compares the counts with the ledger's at one position. */
  prove(options?: CallOptions): Promise<Proof>;
  /** Resolves once the copy has everything up to this position. */
  waitFor(position: number, options?: WaitOptions): Promise<void>;
  counts(): AsyncIterable<FeedCount>;
  /** Forgets everything: the next sync begins anew. */
  reset(): Promise<void>;
}

/**
 * A copy of the ledger's counts in a store of one's own. It begins with a snapshot of them and goes on by the
 * feed; where the changes it would need are archived by then, it takes another snapshot by itself. Throws
 * ReplicaGap when the feed does not continue it, ReplicaIncomplete when it should have all changes and was begun
 * without them, and InvalidRequestError INVALID_CURSOR when it is the copy of
 * another merchant, or of a database that was put back to an older state: then `reset` begins it anew.
 */
export function createReplica(options: ReplicaOptions): Replica {
  return new StoredReplica(options);
}

interface Asked {
  readonly after?: string;
  readonly limit: number;
}

class StoredReplica implements Replica {
  readonly #client: Bincard;
  readonly #copy: Copy;
  readonly #hasHistory: boolean;

  constructor({ client, store, changes }: ReplicaOptions) {
    this.#client = client;
    this.#copy = new Copy(store, changes);
    this.#hasHistory = changes === "all";
  }

  get position(): number {
    return this.#copy.known?.position ?? 0;
  }

  get isExact(): boolean {
    return this.#copy.isExact;
  }

  async sync(options?: CallOptions): Promise<Synced> {
    let counts = await this.#begin(options);
    for (let changes = 0; ;) {
      const page = await this.#page((asked) => this.#client.feed.read(asked, options), {
        options,
        took: (count) => (counts += count),
      });
      changes += await this.#copy.inTurn(() => this.#copy.put(page));
      if (!page.more) return { position: this.position, changes, counts };
    }
  }

  async *follow(options: FollowOptions = {}) {
    for (let lost: string | undefined; ;) {
      await this.#beginPatiently(options, lost);
      const { cursor } = await this.#copy.where();
      try {
        for await (const page of this.#client.feed.follow(afterIn(cursor), options)) {
          await this.#copy.inTurn(() => this.#copy.put(page));
          yield page;
        }
        return;
      } catch (error) {
        if (!this.#helpsToBegin(error)) throw error;
        lost = (await this.#copy.where()).cursor;
      }
    }
  }

  async prove(options?: CallOptions): Promise<Proof> {
    for (;;) {
      const { standing: ledger, ...page } = await this.#page(
        (asked) => this.#client.feed.checksum(asked, options),
        { options },
      );
      const proof = await this.#copy.inTurn(async () => {
        await this.#copy.put(page);
        // Somebody else's page may have come in between: then the two are of different moments.
        if (ledger === undefined || this.position !== page.position || !this.isExact)
          return undefined;
        const copy = await standingOf(this.#copy.counts());
        const isEqual = copy.checksum === ledger.checksum && copy.counts === ledger.counts;
        return { position: page.position, isEqual, copy, ledger };
      });
      if (proof !== undefined) return proof;
    }
  }

  waitFor(position: number, options?: WaitOptions): Promise<void> {
    return this.#copy.reached.waitFor(position, options);
  }

  counts(): AsyncIterable<FeedCount> {
    return this.#copy.counts();
  }

  async reset(): Promise<void> {
    await this.#copy.inTurn(() => this.#copy.clear());
  }

  /** A page from where the copy is; from a new snapshot on, when that place is archived. */
  async #page<Page>(
    ask: (asked: Asked) => Promise<Page>,
    {
      options,
      took = () => undefined,
    }: { readonly options: CallOptions | undefined; readonly took?: (counts: number) => void },
  ): Promise<Page> {
    for (let lost: string | undefined; ;) {
      took(await this.#begin(options, lost));
      const { cursor } = await this.#copy.where();
      try {
        return await ask({ ...afterIn(cursor), limit: PAGE });
      } catch (error) {
        if (!this.#helpsToBegin(error)) throw error;
        lost = cursor;
      }
    }
  }

  /**
   * Takes the snapshot a new copy begins with, or the rest of one that was cut off, or another one when the
   * feed no longer goes on from the cursor that is `lost`. Answers how many counts that were.
   */
  async #begin(options: CallOptions | undefined, lost?: string): Promise<number> {
    for (let taken = 0; ;) {
      const counts = await this.#copy.inTurn(async () => {
        const place = await this.#copy.where();
        const { cursor, snapshot } = place;
        if (this.#hasHistory) this.#copy.requireHistory(place);
        const isBegun = cursor === "" ? this.#hasHistory : cursor !== lost;
        if (isBegun && snapshot === "") return undefined;
        const asked = { limit: PAGE, ...(snapshot === "" ? {} : { cursor: snapshot }) };
        const page = await this.#client.feed.snapshot(asked, options);
        await this.#copy.putSnapshot(page, place);
        return page.counts.length;
      });
      if (counts === undefined) return taken;
      taken += counts;
    }
  }

  /** Who follows waits for servers that are away for as long as it takes, from its first moment on. */
  async #beginPatiently(options: FollowOptions, lost: string | undefined): Promise<void> {
    for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MOST_MS)) {
      try {
        await this.#begin(options, lost);
        return;
      } catch (error) {
        if (!isBincardError(error) || !error.retryable) throw error;
        await pause(pauseMs, options.signal);
      }
    }
  }

  /** The place is archived: the refusal names the change that is missing, as no other of a cursor does. */
  #helpsToBegin(error: unknown): boolean {
    return (
      !this.#hasHistory &&
      isBincardError(error, "INVALID_CURSOR") &&
      error.failures.some(({ subject }) => subject?.kind === "change")
    );
  }
}

function afterIn(cursor: string): { readonly after?: string } {
  return cursor === "" ? {} : { after: cursor };
}
