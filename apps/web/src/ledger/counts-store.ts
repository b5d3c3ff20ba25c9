import { sum } from "@bincard/client/sum";
import type { Count, State } from "@bincard/contracts";

/** The part of a count that a screen needs. */
export type ToldCount = Pick<
  Count,
  "catalogObjectId" | "locationId" | "state" | "quantity" | "calculatedAt"
>;

export interface Key {
  readonly catalogObjectId: string;
  readonly locationId: string;
  readonly state: State;
}

/** What a change that is under way will do to one key. */
export interface Expected extends Key {
  /** Added to the quantity, or taking its place. */
  readonly kind: "add" | "set";
  readonly quantity: string;
}

export interface Shown {
  /** `undefined`: nothing ever moved this key, which is not the same as 0. */
  readonly quantity: string | undefined;
  /** Whether a change that the ledger has not answered yet is part of it. */
  readonly isExpected: boolean;
}

/** Asks the ledger for the counts of these objects. */
export type LoadCounts = (
  catalogObjectIds: readonly string[],
) => AsyncIterable<readonly ToldCount[]>;

interface Held {
  readonly quantity: string;
  readonly calculatedAt: string;
}
type Waiting = Readonly<Expected> & { readonly change: symbol };

const keyOf = ({ locationId, state }: Pick<Key, "locationId" | "state">) =>
  `${locationId} ${state}`;
/** Canonical times are in the order of their text, once the Z is off. */
const isBefore = (left: string, right: string) => left.slice(0, -1) < right.slice(0, -1);

const IDS_PER_QUESTION = 40;
const QUESTIONS_AT_ONCE = 3;
/** Several screens of rows. */
const QUEUE_MAX = 400;

/**
 * Counts by object: what was read, then what the feed tells, and above it what is expected of changes that
 * are under way. Whichever way a count comes, the newest wins.
 */
export class CountsStore {
  readonly #load: LoadCounts;
  readonly #held = new Map<string, Map<string, Held>>();
  readonly #expected = new Map<string, Waiting[]>();
  /** Told of keys about which something is expected: it may hold that already, so it waits for the answer. */
  readonly #later = new Map<string, ToldCount[]>();
  readonly #known = new Set<string>();
  readonly #asked = new Set<string>();
  #queue: string[] = [];
  /** Wanted when nothing else is: what a filter must know of rows that nobody looks at. */
  #behind: string[] = [];
  #failed: string[] = [];
  #questions = 0;
  readonly #versions = new Map<string, number>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #anyListeners = new Set<() => void>();
  #version = 0;
  #places = 0;
  #error: unknown;

  constructor(load: LoadCounts) {
    this.#load = load;
  }

  /** What is shown of a key. */
  shown(key: Key): Shown {
    const held = this.#held.get(key.catalogObjectId)?.get(keyOf(key))?.quantity;
    const expected = (this.#expected.get(key.catalogObjectId) ?? []).filter(
      ({ locationId, state }) => locationId === key.locationId && state === key.state,
    );
    const quantity = expected.reduce<string | undefined>(
      (before, { kind, quantity }) => (kind === "set" ? quantity : sum(before ?? "0", quantity)),
      held,
    );
    return { quantity, isExpected: expected.length > 0 };
  }

  /** Whether the counts of this object have been read. */
  knows(catalogObjectId: string): boolean {
    return this.#known.has(catalogObjectId);
  }

  /** Counts of any object, read or told. */
  tell(counts: Iterable<ToldCount>): void {
    const touched = new Set<string>();
    for (const count of counts) {
      const { catalogObjectId } = count;
      const isExpected = (this.#expected.get(catalogObjectId) ?? []).some(
        (expected) => keyOf(expected) === keyOf(count),
      );
      if (isExpected) push(this.#later, catalogObjectId, count);
      else if (this.#take(count)) touched.add(catalogObjectId);
    }
    this.#changed(touched);
  }

  /** Shows what a change will do before the ledger has answered. */
  expect(effects: readonly Expected[]): {
    /** The ledger took it: its own counts stand from here on. */
    readonly settle: (counts: Iterable<ToldCount>) => void;
    /** It was refused: everything as it was. */
    readonly withdraw: () => void;
  } {
    const change = Symbol("change");
    const objects = new Set(effects.map(({ catalogObjectId }) => catalogObjectId));
    for (const effect of effects)
      push(this.#expected, effect.catalogObjectId, { ...effect, change });
    this.#changed(objects);
    const end = (counts: Iterable<ToldCount>) => {
      for (const id of objects) {
        const rest = (this.#expected.get(id) ?? []).filter((effect) => effect.change !== change);
        if (rest.length > 0) this.#expected.set(id, rest);
        else this.#expected.delete(id);
      }
      for (const count of counts) this.#take(count);
      const later = [...objects].flatMap((id) => this.#later.get(id) ?? []);
      for (const id of objects) this.#later.delete(id);
      this.tell(later);
      this.#changed(objects);
    };
    return { settle: end, withdraw: () => end([]) };
  }

  /** Reads the counts of these objects, unless that was done; before all that was wanted earlier. */
  want(catalogObjectIds: readonly string[]): void {
    const fresh = catalogObjectIds.filter((id) => !this.#asked.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) this.#asked.add(id);
    this.#queue.unshift(...fresh);
    // What was scrolled past unread is wanted again when it is scrolled to again.
    for (const id of this.#queue.splice(QUEUE_MAX)) this.#asked.delete(id);
    this.#ask();
  }

  /** Reads the counts of all of these, whenever there is nothing more urgent. */
  wantAll(catalogObjectIds: readonly string[]): void {
    this.#behind = catalogObjectIds.filter((id) => !this.#asked.has(id));
    this.#ask();
  }

  /** Asks again what was refused. */
  retry(): void {
    const ids = this.#failed;
    this.#failed = [];
    this.#error = undefined;
    this.want(ids);
    this.#changed([]);
  }

  /** Everything is read again when it is wanted next. What is shown stays until then. */
  forget(): void {
    this.#queue = [];
    this.#behind = [];
    this.#failed = [];
    this.#asked.clear();
    this.#error = undefined;
    this.#changed([]);
  }

  /** Why the last question was refused; `undefined` when it was answered. */
  get error(): unknown {
    return this.#error;
  }

  /** How many places the finest quantity so far has. */
  get places(): number {
    return this.#places;
  }

  get version(): number {
    return this.#version;
  }
  versionOf(catalogObjectId: string): number {
    return this.#versions.get(catalogObjectId) ?? 0;
  }

  subscribe(listener: () => void, catalogObjectId?: string): () => void {
    if (catalogObjectId === undefined) {
      this.#anyListeners.add(listener);
      return () => this.#anyListeners.delete(listener);
    }
    const listeners = this.#listeners.get(catalogObjectId) ?? new Set();
    this.#listeners.set(catalogObjectId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(catalogObjectId);
    };
  }

  #take({ catalogObjectId, quantity, calculatedAt, ...key }: ToldCount): boolean {
    const counts = this.#held.get(catalogObjectId) ?? new Map<string, Held>();
    const before = counts.get(keyOf(key));
    if (before !== undefined && isBefore(calculatedAt, before.calculatedAt)) return false;
    this.#held.set(catalogObjectId, counts.set(keyOf(key), { quantity, calculatedAt }));
    const point = quantity.indexOf(".");
    if (point !== -1) this.#places = Math.max(this.#places, quantity.length - point - 1);
    return before?.quantity !== quantity;
  }

  #ask(): void {
    while (this.#questions < QUESTIONS_AT_ONCE) {
      const ids = this.#queue.splice(0, IDS_PER_QUESTION);
      if (ids.length === 0) {
        ids.push(...this.#behind.splice(0, IDS_PER_QUESTION).filter((id) => !this.#asked.has(id)));
        for (const id of ids) this.#asked.add(id);
      }
      if (ids.length === 0 && this.#behind.length === 0) return;
      if (ids.length === 0) continue;
      this.#questions += 1;
      void this.#read(ids).finally(() => {
        this.#questions -= 1;
        this.#ask();
      });
    }
  }

  async #read(ids: readonly string[]): Promise<void> {
    try {
      for await (const counts of this.#load(ids)) this.tell(counts);
      for (const id of ids) this.#known.add(id);
      this.#error = undefined;
    } catch (error) {
      for (const id of ids) this.#asked.delete(id);
      this.#failed.push(...ids, ...this.#queue);
      this.#error = error;
      for (const id of this.#queue) this.#asked.delete(id);
      this.#queue = [];
      this.#behind = [];
    }
    this.#changed(ids);
  }

  #changed(objects: Iterable<string>): void {
    this.#version += 1;
    for (const id of objects) {
      this.#versions.set(id, this.versionOf(id) + 1);
      for (const listener of this.#listeners.get(id) ?? []) listener();
    }
    for (const listener of this.#anyListeners) listener();
  }
}

function push<Value>(into: Map<string, Value[]>, key: string, value: Value): void {
  const values = into.get(key);
  if (values === undefined) into.set(key, [value]);
  else values.push(value);
}
