import { type Failure, fitsQuantity, LIMITS, type Micros, type Scaled } from "@bincard/contracts";
import { type PendingMove, quantityAt } from "./instant.ts";
import { faultsOf } from "./judge.ts";
import { type Entry, type Key, keyText, type Move, movesOf } from "./moves.ts";
import { add, reset, type Tally, UNTOUCHED } from "./post.ts";
import type { View } from "./view.ts";

/** A request of a group: a batch that is applied whole or not at all (L5). */
export interface Batch {
  readonly entries: readonly Entry[];
  readonly ignoreUnchangedCounts: boolean;
}

export interface Placed extends Entry {
  readonly position: number;
}

/** When a count was calculated: at a stored time, or on receipt of one of the group's requests. */
export type Calculated =
  | { readonly at: Micros }
  /** Index of the request in its group. */
  | { readonly receivedWith: number };

/** How one key stands after a request. */
export interface Standing {
  readonly key: Key;
  readonly quantity: Scaled;
  readonly calculated: Calculated;
}

export type Verdict =
  | {
      readonly kind: "accepted";
      /** In request order, without the ignored counts. */
      readonly recorded: readonly Placed[];
      /** One for each tracked key the request named, by first mention. */
      readonly standings: readonly Standing[];
      /** The merchant's position once the request was in. */
      readonly position: number;
    }
  | {
      readonly kind: "refused";
      readonly failures: readonly [Failure, ...Failure[]];
      readonly position: number;
    };

/** A count as the group leaves it. */
export interface Touched {
  readonly key: Key;
  readonly tally: Tally;
  /** The request that last moved it. */
  readonly receivedWith: number;
}

export interface JudgedGroup {
  readonly verdicts: readonly Verdict[];
  readonly touched: ReadonlyMap<string, Touched>;
  readonly position: number;
}

/** The instants a group's physical counts ask about, by key. */
export function instantsNeeded(batches: readonly Batch[]): Map<string, Set<Micros>> {
  const needed = new Map<string, Set<Micros>>();
  for (const { entries } of batches)
    for (const entry of entries) {
      if (entry.type !== "PHYSICAL_COUNT") continue;
      const { catalogObjectId, locationId, toState: state } = entry;
      const key = keyText({ catalogObjectId, locationId, state });
      const instants = needed.get(key) ?? new Set();
      needed.set(key, instants.add(entry.occurredAt));
    }
  return needed;
}

/**
 * Judges a group of batches in turn over one view of what is stored: verdicts are sequential by nature,
 * since batch 1 decides batch 2. One bad batch leaves no trace on its neighbours.
 */
export function judgeGroup(batches: readonly Batch[], view: View): JudgedGroup {
  const counted = instantsNeeded(batches);
  const draft: Draft = { view, touched: new Map(), pending: new Map(), counted };
  let position = view.position;
  const verdicts = batches.map((batch, index) => {
    const verdict = judgeBatch(batch, draft, { position, index });
    position = verdict.position;
    return verdict;
  });
  return { verdicts, touched: draft.touched, position };
}

interface Draft {
  readonly view: View;
  readonly touched: Map<string, Touched>;
  /** The group's moves on keys it also counts: only those can look back. */
  readonly pending: Map<string, PendingMove[]>;
  readonly counted: ReadonlyMap<string, unknown>;
}

interface Turn {
  /** The merchant's position before this batch. */
  readonly position: number;
  /** The batch's index in its group. */
  readonly index: number;
}

function judgeBatch(batch: Batch, draft: Draft, turn: Turn): Verdict {
  const [first, ...rest] = faultsOf(batch.entries, draft.view);
  if (first !== undefined)
    return { kind: "refused", failures: [first, ...rest], position: turn.position };
  const undo = new Undo(draft);
  const named = new Map<string, { readonly key: Key; readonly change: number }>();
  const recorded: Placed[] = [];
  batch.entries.forEach((entry, change) => {
    const moves = movesOf(entry).map((move) => ({ ...move, text: keyText(move.key) }));
    for (const { text, key } of moves) {
      if (!named.has(text)) named.set(text, { key, change });
      undo.remember(text);
    }
    const position = turn.position + recorded.length + 1;
    const placed = { ...entry, position };
    const posted = moves.filter((move) => post(move, placed, { batch, draft, turn }));
    if (posted.length > 0) recorded.push(placed);
  });
  for (const [text, { change }] of named) {
    if (fitsQuantity(draft.touched.get(text)?.tally.quantity ?? 0n)) continue;
    undo.run();
    return { kind: "refused", failures: [outOfRange(change)], position: turn.position };
  }
  const standings = Array.from(named, ([text, { key }]) => standing(text, key, { draft, turn }));
  return { kind: "accepted", recorded, standings, position: turn.position + recorded.length };
}

function outOfRange(change: number): Failure {
  return {
    code: "COUNT_OUT_OF_RANGE",
    message: `the count would need more than ${LIMITS.quantityCharacters} characters`,
    path: ["changes", change, "quantity"],
  };
}

interface Posting {
  readonly batch: Batch;
  readonly draft: Draft;
  readonly turn: Turn;
}

/** False when the move is a physical count to be ignored, because it changes nothing. */
function post(
  move: Move & { readonly text: string },
  when: Placed,
  { batch, draft, turn }: Posting,
): boolean {
  const { text, key, kind, quantity } = move;
  const { view, touched, pending } = draft;
  const tally = touched.get(text)?.tally ?? view.tally(text) ?? UNTOUCHED;
  const moves = pending.get(text) ?? [];
  let after: Tally;
  if (kind === "add") after = add(tally, quantity, when);
  else {
    const before = quantityAt(when.occurredAt, moves, (at) => view.storedInstant(text, at));
    if (batch.ignoreUnchangedCounts && before === quantity) return false;
    after = reset(tally, { quantity, before }, when);
  }
  if (draft.counted.has(text))
    pending.set(text, [...moves, { kind, quantity, occurredAt: when.occurredAt }]);
  if (after !== tally) touched.set(text, { key, tally: after, receivedWith: turn.index });
  return true;
}

function standing(text: string, key: Key, { draft, turn }: Omit<Posting, "batch">): Standing {
  const touched = draft.touched.get(text);
  if (touched !== undefined) {
    const { tally, receivedWith } = touched;
    return { key, quantity: tally.quantity, calculated: { receivedWith } };
  }
  const stored = draft.view.tally(text);
  const at = draft.view.calculatedAt(text);
  // A key that only ever met an ignored count of zero has no count to show a time of.
  if (stored === undefined || at === undefined)
    return { key, quantity: 0n, calculated: { receivedWith: turn.index } };
  return { key, quantity: stored.quantity, calculated: { at } };
}

/** Takes back what a refused batch did to the draft. */
class Undo {
  readonly #draft: Draft;
  readonly #touched = new Map<string, Touched | undefined>();
  readonly #pending = new Map<string, PendingMove[] | undefined>();

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  remember(text: string): void {
    if (this.#touched.has(text)) return;
    this.#touched.set(text, this.#draft.touched.get(text));
    this.#pending.set(text, this.#draft.pending.get(text));
  }

  run(): void {
    restore(this.#draft.touched, this.#touched);
    restore(this.#draft.pending, this.#pending);
  }
}

function restore<Value>(map: Map<string, Value>, saved: Map<string, Value | undefined>): void {
  for (const [key, value] of saved)
    if (value === undefined) map.delete(key);
    else map.set(key, value);
}
