import type { Micros } from "@bincard/contracts";
import { type Batch, instantsNeeded } from "../rules/group.ts";
import type { StoredInstant } from "../rules/instant.ts";
import { type Key, keyText } from "../rules/moves.ts";
import { UNTOUCHED } from "../rules/post.ts";
import type { Held, View } from "../rules/view.ts";
import type { Fence, Group } from "../store/append.ts";
import type { Statement } from "../store/connect.ts";
import { unseen } from "../store/faults.ts";
import { type Filling, type Gap, readGap } from "../store/gap.ts";
import { isKept, readHorizon } from "../store/horizon.ts";
import {
  type KeyInstant,
  type MerchantRow,
  readCountsSince,
  readInstants,
  readMerchant,
  type StoredCount,
} from "../store/known.ts";
import { readRecentInstants } from "../store/recent-instants.ts";
import { type LookedFor, requireKept } from "./kept-history.ts";
import { TwoGenerations } from "./two-generations.ts";

/** Beyond this many changes written by others, starting afresh is cheaper than catching up. */
const CATCH_UP_CHANGES = 5_000;

/** A key without a stored count, which is worth remembering too. */
const ABSENT: unique symbol = Symbol("absent");

const NO_GAP: Gap = { keys: [], objects: [], locations: [] };

/** A count as a group on its way will leave it, if that group goes in. */
interface Coming extends StoredCount {
  calculatedAt: Micros;
  readonly receivedWith: number;
}

/** A group that was sent and whose outcome is not known yet. */
interface Ahead {
  readonly group: Group;
  readonly counts: ReadonlyMap<string, Coming>;
}

/** Where a lane's knowledge comes from. */
export interface Sources {
  readonly ask: <Result>(send: (sql: Statement) => Promise<Result>) => Promise<Result>;
  readonly read: Statement;
}

interface AskedInstant extends KeyInstant {
  readonly text: string;
}

/**
 * What a lane knows of its merchant: everything in it is as of `fence.position`, or newer. Newer is
 * harmless, because then the fence of the group that used it fails. On top of that lie the groups that are on
 * their way: the next one is judged as though they were in, and its fence holds only if they are.
 */
export class Knowledge implements View {
  readonly #merchantId: string;
  readonly #remembered: number;
  #merchant: MerchantRow | undefined;
  readonly #counts: TwoGenerations<StoredCount | typeof ABSENT>;
  readonly #objects: TwoGenerations<string>;
  readonly #locations: TwoGenerations<true>;
  /** In the order they were sent. */
  #ahead: Ahead[] = [];
  /** Of the group at hand only: history can grow without any count moving. */
  #instants = new Map<string, StoredInstant>();

  /**
   * Remembers about `remembered` counts between groups, and within one group as many as it names:
   * `namedInGroup` at most.
   */
  constructor(
    merchantId: string,
    { remembered, namedInGroup }: { readonly remembered: number; readonly namedInGroup: number },
  ) {
    this.#merchantId = merchantId;
    this.#remembered = remembered;
    const limit = Math.max(remembered, namedInGroup);
    this.#counts = new TwoGenerations(limit);
    this.#objects = new TwoGenerations(limit);
    this.#locations = new TwoGenerations(limit);
  }

  /** Entries held just now. */
  get size(): number {
    return this.#counts.size + this.#objects.size + this.#locations.size;
  }

  get position(): number {
    return this.#ahead.at(-1)?.group.judged.position ?? this.#merchant?.position ?? 0;
  }

  get fence(): Fence {
    return {
      merchantId: this.#merchantId,
      position: this.position,
      catalogVersion: this.#merchant?.catalogVersion ?? 0,
      behind: this.#ahead.at(-1)?.group.mark,
    };
  }

  held(key: string): Held | undefined {
    const count = this.#known(key);
    return count === ABSENT ? undefined : count;
  }

  #known(key: string): StoredCount | typeof ABSENT | undefined {
    for (let index = this.#ahead.length - 1; index >= 0; index--) {
      const coming = this.#ahead[index]?.counts.get(key);
      if (coming !== undefined) return coming;
    }
    return this.#counts.get(key);
  }

  catalogObjectType(id: string): string | undefined {
    return this.#objects.get(id);
  }

  hasLocation(id: string): boolean {
    return this.#locations.get(id) === true;
  }

  storedInstant(key: string, at: Micros): StoredInstant {
    const known = this.#instants.get(instantText(key, at));
    if (known !== undefined) return known;
    const { quantity, countedAt, lastAt } = this.held(key)?.tally ?? UNTOUCHED;
    if (at < lastAt) throw new Error("an instant was judged that had not been read");
    return { quantity, countedAt };
  }

  forget(): void {
    this.#merchant = undefined;
    this.#ahead = [];
    this.#counts.clear();
    this.#objects.clear();
    this.#locations.clear();
  }

  /** Whether these batches can be judged as they are, with nothing to be read. */
  suffices(batches: readonly Batch[]): boolean {
    this.#instants = new Map();
    if (this.#merchant === undefined || this.#gapOf(batches) !== undefined) return false;
    const { recent, historical } = this.#instantsOf(batches);
    return recent.length + historical.length === 0;
  }

  /**
   * Reads what the batches name and this does not know yet. `ask` sends a statement as this merchant; it may
   * be one that hides everything after a cut, which is noticed and thrown.
   */
  async learn({ ask, read }: Sources, batches: readonly Batch[]): Promise<void> {
    if (this.#merchant === undefined) this.forget();
    const gap = this.#gapOf(batches);
    if (gap !== undefined || this.#merchant === undefined) {
      const filling = await ask((sql) => readGap(sql, this.#merchantId, gap ?? NO_GAP));
      if (filling === undefined) throw unseen(this.#merchantId);
      this.#fill(gap ?? NO_GAP, filling);
    }
    await this.#learnInstants(read, batches);
  }

  /** Brings a missed fence up to date from what others have written since. */
  async catchUp(sql: Statement, lock: "lock" | "no lock"): Promise<void> {
    const before = this.#merchant;
    const now = await readMerchant(sql, this.#merchantId, lock);
    if (now === undefined) throw new Error(`merchant ${this.#merchantId} is gone`);
    if (before === undefined) this.forget();
    else {
      if (before.catalogVersion !== now.catalogVersion) {
        this.#objects.clear();
        this.#locations.clear();
      }
      if (now.position - before.position > CATCH_UP_CHANGES) this.#counts.clear();
      else if (before.position !== now.position) await this.#catchUpCounts(sql, before.position);
    }
    this.#merchant = now;
  }

  /** A group leaves: what is judged from now on is judged as though it were in. */
  send(group: Group): void {
    const counts = new Map<string, Coming>();
    for (const [text, { key, tally, receivedWith }] of group.judged.touched)
      counts.set(text, { key, tally, receivedWith, calculatedAt: Number.NaN });
    this.#ahead.push({ group, counts });
  }

  /**
   * Takes over what the group that was sent first has written, received from `receivedAt` on. False when what
   * was sent before it failed meanwhile, and nothing can be said of it here.
   */
  commit(group: Group, receivedAt: Micros): boolean {
    const [first] = this.#ahead;
    if (first?.group !== group) return false;
    this.#ahead.shift();
    const { catalogVersion } = group.fence;
    this.#merchant = { position: group.judged.position, catalogVersion };
    for (const [text, count] of first.counts) {
      count.calculatedAt = receivedAt + count.receivedWith;
      this.#counts.set(text, count);
    }
    if (this.#remembered === 0) this.#counts.clear();
    return true;
  }

  /** A group has failed, and with it all that were judged over it. */
  drop(): void {
    this.#ahead = [];
  }

  async #catchUpCounts(sql: Statement, position: number): Promise<void> {
    const [isThere, moved] = await Promise.all([
      isKept(sql, this.#merchantId, position + 1),
      readCountsSince(sql, this.#merchantId, position),
    ]);
    // What others wrote meanwhile may be archived already: then nobody tells which counts it moved.
    if (!isThere) this.#counts.clear();
    else for (const count of moved) this.#counts.set(keyText(count.key), count);
  }

  /** A look at what is remembered also makes it young, so that judging still finds it. */
  #gapOf(batches: readonly Batch[]): Gap | undefined {
    const keys = new Map<string, Key>();
    const objects = new Set<string>();
    const locations = new Set<string>();
    for (const { entries } of batches)
      for (const { catalogObjectId, locationId, toLocationId, moves } of entries) {
        if (this.#objects.get(catalogObjectId) === undefined) objects.add(catalogObjectId);
        if (!this.hasLocation(locationId)) locations.add(locationId);
        if (toLocationId !== undefined && !this.hasLocation(toLocationId))
          locations.add(toLocationId);
        for (const { key, text } of moves) if (this.#known(text) === undefined) keys.set(text, key);
      }
    if (keys.size + objects.size + locations.size === 0) return undefined;
    return { keys: [...keys.values()], objects: [...objects], locations: [...locations] };
  }

  #fill({ keys }: Gap, { merchant, counts, objects, locations }: Filling): void {
    // Once known, only a fence that holds or a catching up may move it on.
    this.#merchant ??= merchant;
    for (const key of keys) this.#counts.set(keyText(key), ABSENT);
    for (const count of counts) this.#counts.set(keyText(count.key), count);
    for (const [id, type] of objects) this.#objects.set(id, type);
    for (const id of locations) this.#locations.set(id, true);
  }

  /** Physical counts look back; only those older than the newest move on their key need reading. */
  #instantsOf(batches: readonly Batch[]): { recent: AskedInstant[]; historical: AskedInstant[] } {
    const recent: AskedInstant[] = [];
    const historical: AskedInstant[] = [];
    for (const [text, instants] of instantsNeeded(batches)) {
      const count = this.#known(text);
      if (count === undefined || count === ABSENT) continue;
      for (const at of instants)
        if (at < count.tally.countedAt) historical.push({ text, key: count.key, at });
        else if (at < count.tally.lastAt) recent.push({ text, key: count.key, at });
    }
    return { recent, historical };
  }

  async #learnInstants(sql: Statement, batches: readonly Batch[]): Promise<void> {
    this.#instants = new Map();
    const { recent, historical } = this.#instantsOf(batches);
    if (recent.length + historical.length === 0) return;
    const lookedFor: LookedFor[] = recent.map(({ at }) => ({ at, fromBeginning: false }));
    if (recent.length > 0) {
      const tallied = recent.map((instant) => ({
        ...instant,
        tally: this.held(instant.text)?.tally ?? UNTOUCHED,
      }));
      const found = await readRecentInstants(sql, this.#merchantId, tallied);
      recent.forEach(({ text, at }, index) => {
        const instant = found[index];
        if (instant !== undefined) this.#instants.set(instantText(text, at), instant);
      });
    }
    if (historical.length > 0) {
      const found = await readInstants(sql, this.#merchantId, historical);
      historical.forEach(({ text, at }, index) => {
        const instant = found[index];
        if (instant === undefined) return;
        lookedFor.push({ at, fromBeginning: instant.countedAt === -Infinity });
        this.#instants.set(instantText(text, at), instant);
      });
    }
    // Asked last: what was there at the end was there all the while.
    const horizon = await readHorizon(sql, this.#merchantId, this.position);
    requireKept(lookedFor, { horizon, batches });
  }
}

const instantText = (key: string, at: Micros): string => `${key}\0${at}`;
