import type { FeedPage } from "../follow.ts";
import type { OutputOf } from "../operations.ts";
import { Reached } from "../reached.ts";
import type { FeedCount, ReplicaPlace, ReplicaStep, ReplicaStore } from "./store.ts";

export type SnapshotPage = OutputOf<"feed.snapshot">;

const NOWHERE: ReplicaPlace = { cursor: "", position: 0, ahead: 0, since: 0, snapshot: "" };

/** `since` of a place whose copy keeps no changes. */
const KEEPS_NONE = -1;

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

/** The copy is to have all changes, and was not begun with them: only `reset` begins it anew. */
export class ReplicaIncomplete extends Error {
  override readonly name = "ReplicaIncomplete";

  constructor() {
    super("the copy was not begun with all changes, so it cannot have them: reset it");
  }
}

/** A store and the place it is at, as far as this process knows. What goes in goes in by turns. */
export class Copy {
  readonly reached = new Reached();
  readonly #store: ReplicaStore;
  readonly #changes: boolean | "all" | undefined;
  #place: ReplicaPlace | undefined;
  /** Pages go in one after the other, whoever brings them. */
  #last: Promise<unknown> = Promise.resolve();

  /** `changes`: as of ReplicaOptions. */
  constructor(store: ReplicaStore, changes: boolean | "all" | undefined) {
    this.#store = store;
    this.#changes = changes;
  }

  get known(): ReplicaPlace | undefined {
    return this.#place;
  }

  get isExact(): boolean {
    const place = this.#place;
    return place !== undefined && place.cursor !== "" && place.ahead <= place.position;
  }

  async where(): Promise<ReplicaPlace> {
    this.#place ??= (await this.#store.open()) ?? NOWHERE;
    this.reached.report(this.#place.position);
    return this.#place;
  }

  /** Changes are missing in what should have all of them: it was begun with a snapshot, or let some pass. */
  requireHistory({ cursor, snapshot, since }: ReplicaPlace): void {
    if (snapshot !== "" || (cursor !== "" && since !== 0)) throw new ReplicaIncomplete();
  }

  counts(): AsyncIterable<FeedCount> {
    return this.#store.counts();
  }

  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async clear(): Promise<void> {
    await this.where();
    await this.#store.clear();
    this.#place = NOWHERE;
  }

  /** In turn. Answers how many changes of the page were new here. */
  async put(page: FeedPage): Promise<number> {
    for (;;) {
      const place = await this.where();
      if (page.position < place.position) return 0;
      const changes = page.changes.filter(({ position }) => position > place.position);
      requireNoGap(place.position, { changes, position: page.position });
      // Where the feed goes on, no snapshot is needed any more: another process may have begun one.
      const keeps = this.#keepsChanges(place);
      const to = {
        cursor: page.cursor,
        position: page.position,
        ahead: newest(place, page.counts),
        since: keeps ? keptSince(place) : KEEPS_NONE,
        snapshot: "",
      };
      const kept = keeps ? changes : [];
      if (await this.#apply({ from: place.position, to, counts: page.counts, changes: kept }))
        return changes.length;
    }
  }

  /**
   * In turn. The copy keeps the place it had until the last page is in: a snapshot that is cut off anywhere
   * goes on after its last page. Counts that are here already and newer stay.
   */
  async putSnapshot(page: SnapshotPage, place: ReplicaPlace): Promise<void> {
    const ahead = newest(place, page.counts);
    const { position } = page.place;
    const keeps = this.#keepsChanges(place);
    const to =
      page.cursor === undefined
        ? { ...page.place, since: keeps ? position : KEEPS_NONE, snapshot: "", ahead }
        : { ...place, since: keeps ? keptSince(place) : KEEPS_NONE, snapshot: page.cursor, ahead };
    await this.#apply({ from: place.position, to, counts: page.counts, changes: [] });
  }

  /** As asked; unasked, as the copy was begun, and a new one keeps none. */
  #keepsChanges(place: ReplicaPlace): boolean {
    if (this.#changes !== undefined) return this.#changes !== false;
    return place.since !== KEEPS_NONE && (place.cursor !== "" || place.snapshot !== "");
  }

  async #apply(step: ReplicaStep): Promise<boolean> {
    const outcome = await this.#store.apply(step);
    // Another process works on the same store: see how far it has come, and go on from there.
    this.#place = outcome === "applied" ? step.to : undefined;
    if (outcome === "applied") this.reached.report(step.to.position);
    return outcome === "applied";
  }
}

/** What begins to keep changes now has none before the place it is at. */
function keptSince({ since, position }: ReplicaPlace): number {
  return since === KEEPS_NONE ? position : since;
}

function newest({ ahead }: ReplicaPlace, counts: readonly FeedCount[]): number {
  return Math.max(ahead, ...counts.map(({ position }) => position));
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
