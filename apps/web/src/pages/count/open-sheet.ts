import { type CountSheet, type Head, type Line, LINES_PER_BATCH } from "./count-sheet.ts";
import { Places } from "./places.ts";
import type { CountSearch } from "./search.ts";
import { type Touched, touchedBy } from "./touched.ts";

/** A sheet as it is kept, with all of its lines. */
export interface WholeSheet {
  readonly head: Head;
  readonly planned: readonly string[];
  readonly lines: ReadonlyMap<string, Line>;
}

export function wholeOf({ planned, lines, ...head }: CountSheet): WholeSheet {
  return { head, planned, lines: new Map(Object.entries(lines)) };
}

/** Which lines a list of them shows. */
export type Listed = "all" | Extract<CountSearch["show"], "open" | "counted">;

const LISTS: readonly Listed[] = ["all", "open", "counted"];

type Listener = () => void;

/**
 * A sheet that is being counted, as one tab holds it. It may have hundreds of thousands of lines: a change of one costs
 * the same as on a short one, and only that line is drawn anew. What is counted and what is left are sums that each
 * change corrects.
 */
export class OpenSheet {
  #head: Head;
  /** What was planned, then what was found beside it; a line keeps its place when it leaves the sheet. */
  readonly #ids: string[];
  readonly #placeOf = new Map<string, number>();
  readonly #lines: Map<string, Line>;
  readonly #lists: Readonly<Record<Listed, Places>>;
  /** Those that nobody planned, or that were posted: on the sheet for as long as they are counted. */
  readonly #beside = new Set<string>();
  readonly #shapes: Record<Listed, number> = { all: 0, open: 0, counted: 0 };
  readonly #listeners = new Set<Listener>();
  readonly #lineListeners = new Map<string, Set<Listener>>();
  #version = 0;

  constructor({ head, planned, lines }: WholeSheet) {
    this.#head = head;
    this.#ids = [...planned];
    this.#lines = new Map();
    for (const [place, id] of planned.entries()) this.#placeOf.set(id, place);
    this.#lists = {
      all: new Places(planned.length),
      open: new Places(planned.length),
      counted: new Places(0),
    };
    for (const [id, line] of lines) this.#put(id, line);
  }

  /** What it says besides its lines. */
  get head(): Head {
    return this.#head;
  }

  /** How many lines are counted. */
  get counted(): number {
    return this.#lines.size;
  }

  /** How many of those planned are not counted. */
  get left(): number {
    return this.#lists.open.size;
  }

  /** How many lines there are. */
  get size(): number {
    return this.#lists.all.size;
  }

  /** Another number after each change. */
  get version(): number {
    return this.#version;
  }

  /** `undefined`: not counted. The same object for as long as it says the same. */
  line(id: string): Line | undefined {
    return this.#lines.get(id);
  }

  /** What was counted, in the order of the sheet. */
  *lines(): Generator<readonly [id: string, line: Line]> {
    for (const id of this.ids("counted")) {
      const line = this.#lines.get(id);
      if (line !== undefined) yield [id, line];
    }
  }

  *ids(listed: Listed): Generator<string> {
    for (const [place, id] of this.#ids.entries()) if (this.#lists[listed].has(place)) yield id;
  }

  sizeOf(listed: Listed): number {
    return this.#lists[listed].size;
  }

  /** The id at this index of a list. */
  idAt(listed: Listed, index: number): string | undefined {
    const place = this.#lists[listed].at(index);
    return place === undefined ? undefined : this.#ids[place];
  }

  /** Where a list has this id; -1 when it has not. */
  indexOf(listed: Listed, id: string): number {
    const place = this.#placeOf.get(id);
    if (place === undefined || !this.#lists[listed].has(place)) return -1;
    return this.#lists[listed].before(place);
  }

  /** Another number whenever another line joined or left this list. */
  shapeOf(listed: Listed): number {
    return this.#shapes[listed];
  }

  /** A sheet of these lines alone, with all of them planned. */
  part(ids: readonly string[]): CountSheet {
    const lines: Record<string, Line> = {};
    for (const id of ids) {
      const line = this.#lines.get(id);
      if (line !== undefined) lines[id] = line;
    }
    return { ...this.#head, planned: ids, lines };
  }

  /** As much of what is counted as one batch takes, from the top of the sheet. */
  firstBatch(): CountSheet {
    const ids: string[] = [];
    for (let index = 0; index < Math.min(this.counted, LINES_PER_BATCH); index += 1) {
      const id = this.idAt("counted", index);
      if (id !== undefined) ids.push(id);
    }
    return this.part(ids);
  }

  /** Changes these lines; `how` is told a sheet of them alone. */
  change(ids: readonly string[], how: (sheet: CountSheet) => CountSheet): void {
    this.take(touchedBy(this.part(ids), how));
  }

  /** Shows lines as they are said to be, and tells of those that were otherwise. */
  take({ head, lines, posted }: Touched): void {
    const changed = new Set<string>();
    for (const [id, line] of lines) if (this.#put(id, line)) changed.add(id);
    for (const id of posted) if (this.#leave(id)) changed.add(id);
    const { last } = this.#head;
    const isSame = sameHead(head, this.#head);
    if (!isSame) this.#head = head;
    if (last !== this.#head.last)
      for (const id of [last, this.#head.last]) if (id !== undefined) changed.add(id);
    if (isSame && changed.size === 0) return;
    this.#version += 1;
    for (const id of changed) for (const listener of this.#lineListeners.get(id) ?? []) listener();
    for (const listener of this.#listeners) listener();
  }

  /** Hears of every change. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Hears of what concerns one line: what it says, and whether it was the last. */
  subscribeTo(id: string, listener: Listener): () => void {
    const listeners = this.#lineListeners.get(id) ?? new Set();
    this.#lineListeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#lineListeners.delete(id);
    };
  }

  /** Whether that changed anything. */
  #put(id: string, line: Line | undefined): boolean {
    const before = this.#lines.get(id);
    if (before?.quantity === line?.quantity && before?.at === line?.at) return false;
    if (line === undefined) this.#lines.delete(id);
    else this.#lines.set(id, line);
    const isPlanned = this.#isPlanned(id);
    this.#list(id, {
      all: isPlanned || line !== undefined,
      open: isPlanned && line === undefined,
      counted: line !== undefined,
    });
    return true;
  }

  #isPlanned(id: string): boolean {
    if (this.#placeOf.has(id)) return !this.#beside.has(id);
    this.#placeOf.set(id, this.#ids.push(id) - 1);
    this.#beside.add(id);
    return false;
  }

  /** The ledger has it: nobody needs to count it any more. */
  #leave(id: string): boolean {
    const place = this.#placeOf.get(id);
    this.#beside.add(id);
    const isCounted = this.#lines.has(id);
    if (place === undefined || isCounted || !this.#lists.all.has(place)) return false;
    this.#list(id, { all: false, open: false, counted: false });
    return true;
  }

  #list(id: string, isOn: Readonly<Record<Listed, boolean>>): void {
    const place = this.#placeOf.get(id);
    if (place === undefined) return;
    for (const listed of LISTS) {
      const list = this.#lists[listed];
      if (isOn[listed] ? list.add(place) : list.delete(place)) this.#shapes[listed] += 1;
    }
  }
}

/** A request is known by its key: it is never another one under the same. */
function sameHead(left: Head, right: Head): boolean {
  return (
    left.sent?.idempotencyKey === right.sent?.idempotencyKey &&
    left.last === right.last &&
    left.posted === right.posted &&
    left.begunAt === right.begunAt &&
    left.referenceId === right.referenceId &&
    left.isBlind === right.isBlind &&
    left.locationId === right.locationId
  );
}
