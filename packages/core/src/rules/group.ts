import { type Failure, fitsQuantity, LIMITS, type Micros, type Scaled } from "@bincard/contracts";
import { type PendingMove, quantityAt } from "./instant.ts";
import { faultsOf } from "./judge.ts";
import { type Entry, type Key, type Move } from "./moves.ts";
import { add, reset, type Tally, UNTOUCHED } from "./post.ts";
import type { Held, View } from "./view.ts";

/** A request of a group: a batch that is applied whole or not at all (L5). */
export interface Batch {
  readonly entries: readonly Entry[];
  readonly ignoreUnchangedCounts: boolean;
}

/** A change with its place in the merchant's order. */
export interface Placed {
  readonly entry: Entry;
  readonly position: number;
}

/** When a count was calculated: at the time of a held one, or on receipt of one of the group's requests. */
export type Calculated =
  | { readonly as: Held }
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
    for (const { type, moves, occurredAt } of entries) {
      if (type !== "PHYSICAL_COUNT") continue;
      for (const { text } of moves)
        needed.set(text, (needed.get(text) ?? new Set()).add(occurredAt));
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

/** A key that a batch names, as the batch leaves it. Nothing of it is in the draft yet. */
interface Named {
  readonly key: Key;
  /** Index of the change that named it first. */
  readonly change: number;
  tally: Tally;
  hasMoved: boolean;
  /** The group's moves on this key, if it is counted, and how many of them came before this batch. */
  readonly pending: PendingMove[];
  readonly pendingBefore: number;
}

function judgeBatch(batch: Batch, draft: Draft, turn: Turn): Verdict {
  const [first, ...rest] = faultsOf(batch.entries, draft.view);
  if (first !== undefined)
    return { kind: "refused", failures: [first, ...rest], position: turn.position };
  const named = new Map<string, Named>();
  const recorded: Placed[] = [];
  batch.entries.forEach((entry, change) => {
    const placed = { entry, position: turn.position + recorded.length + 1 };
    let posted = false;
    for (const move of entry.moves) {
      let of = named.get(move.text);
      if (of === undefined) named.set(move.text, (of = nameIn(draft, move, change)));
      if (post(move, placed, { of, batch, draft })) posted = true;
    }
    if (posted) recorded.push(placed);
  });
  for (const { tally, change } of named.values()) {
    if (fitsQuantity(tally.quantity)) continue;
    for (const { pending, pendingBefore } of named.values()) pending.length = pendingBefore;
    return { kind: "refused", failures: [outOfRange(change)], position: turn.position };
  }
  const standings: Standing[] = [];
  for (const [text, { key, tally, hasMoved }] of named) {
    if (hasMoved) draft.touched.set(text, { key, tally, receivedWith: turn.index });
    standings.push(standing(text, key, { draft, turn }));
  }
  return { kind: "accepted", recorded, standings, position: turn.position + recorded.length };
}

function outOfRange(change: number): Failure {
  return {
    code: "COUNT_OUT_OF_RANGE",
    message: `the count would need more than ${LIMITS.quantityCharacters} characters`,
    path: ["changes", change, "quantity"],
  };
}

const NONE_PENDING: PendingMove[] = [];

function nameIn(draft: Draft, { key, text }: Move, change: number): Named {
  const tally = (draft.touched.get(text) ?? draft.view.held(text))?.tally ?? UNTOUCHED;
  let pending = NONE_PENDING;
  if (draft.counted.has(text)) {
    pending = draft.pending.get(text) ?? [];
    draft.pending.set(text, pending);
  }
  return { key, change, tally, hasMoved: false, pending, pendingBefore: pending.length };
}

interface Posting {
  readonly of: Named;
  readonly batch: Batch;
  readonly draft: Draft;
}

/** False when the move is a physical count to be ignored, because it changes nothing. */
function post(move: Move, { entry, position }: Placed, { of, batch, draft }: Posting): boolean {
  const { text, kind, quantity } = move;
  const { occurredAt } = entry;
  const when = { occurredAt, position };
  let after: Tally;
  if (kind === "add") after = add(of.tally, quantity, when);
  else {
    const stored = (at: Micros) => draft.view.storedInstant(text, at);
    const before = quantityAt(occurredAt, of.pending, stored);
    if (batch.ignoreUnchangedCounts && before === quantity) return false;
    after = reset(of.tally, { quantity, before }, when);
  }
  if (draft.counted.has(text)) of.pending.push({ kind, quantity, occurredAt });
  if (after !== of.tally) of.hasMoved = true;
  of.tally = after;
  return true;
}

function standing(
  text: string,
  key: Key,
  { draft, turn }: { readonly draft: Draft; readonly turn: Turn },
): Standing {
  const touched = draft.touched.get(text);
  if (touched !== undefined) {
    const { tally, receivedWith } = touched;
    return { key, quantity: tally.quantity, calculated: { receivedWith } };
  }
  const held = draft.view.held(text);
  // A key that only ever met an ignored count of zero has no count to show a time of.
  if (held === undefined) return { key, quantity: 0n, calculated: { receivedWith: turn.index } };
  return { key, quantity: held.tally.quantity, calculated: { as: held } };
}
