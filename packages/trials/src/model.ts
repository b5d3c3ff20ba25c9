import { type Amount, amountOf, fits, textOf } from "./decimal.ts";
import { type Batch, keyOf, type SentChange, type Side } from "./history.ts";

/**
 * The ledger by its definition (L1), with nothing of the product's path: every move is kept, and a count is
 * a fold over the moves on its key in the order of (occurred at, position).
 */
interface Move {
  readonly key: string;
  readonly kind: "add" | "reset";
  readonly amount: Amount;
  readonly at: string;
}

const UNTRACKED: ReadonlySet<string> = new Set(["NONE", "SOLD", "UNLINKED_RETURN"]);

/** Texts of one length, so that they sort as the instants do. */
export function sortable(time: string): string {
  const [whole = "", fraction = ""] = time.replace(/Z$/, "").split(".");
  return `${whole}.${fraction.padEnd(6, "0")}`;
}

function movesOf(change: SentChange): Move[] {
  const amount = amountOf(change.quantity);
  const at = sortable(change.occurredAt);
  const on = (side: Side) => keyOf(change.item, side);
  if (change.from === undefined) return [{ key: on(change.to), kind: "reset", amount, at }];
  const moves: Move[] = [];
  if (!UNTRACKED.has(change.from.state))
    moves.push({ key: on(change.from), kind: "add", amount: -amount, at });
  if (!UNTRACKED.has(change.to.state)) moves.push({ key: on(change.to), kind: "add", amount, at });
  return moves;
}

/** The tracked keys a change names. */
export const keysOf = (change: SentChange): string[] => movesOf(change).map(({ key }) => key);

export class Model {
  /** By key, in the order of (at, arrival). */
  readonly #moves = new Map<string, Move[]>();

  /** Now, or as of an instant; undefined for a key that nothing ever moved. */
  quantity(key: string, asOf?: string): string | undefined {
    const moves = this.#moves.get(key);
    return moves === undefined || moves.length === 0 ? undefined : textOf(fold(moves, asOf));
  }

  /**
   * Applies a batch whole, or not at all when a count would grow too long to be written. Answers which of
   * its changes were recorded: physical counts that change nothing may be left out.
   */
  apply({ changes, ignoreUnchanged }: Batch): readonly SentChange[] | "out of range" {
    const recorded: SentChange[] = [];
    const undo: (() => void)[] = [];
    for (const change of changes) {
      const moves = movesOf(change);
      const [first] = moves;
      if (ignoreUnchanged && first?.kind === "reset") {
        const before = fold(this.#moves.get(first.key) ?? [], first.at);
        if (before === first.amount) continue;
      }
      for (const move of moves) undo.push(this.#insert(move));
      recorded.push(change);
    }
    const bad = changes
      .flatMap(keysOf)
      .some((key) => !fits(fold(this.#moves.get(key) ?? [], undefined)));
    if (!bad) return recorded;
    for (const takeBack of undo.toReversed()) takeBack();
    return "out of range";
  }

  /** Every key that was ever moved. */
  counts(): Map<string, string> {
    const counts = new Map<string, string>();
    for (const [key, moves] of this.#moves)
      if (moves.length > 0) counts.set(key, textOf(fold(moves, undefined)));
    return counts;
  }

  #insert(move: Move): () => void {
    const moves = this.#moves.get(move.key) ?? [];
    this.#moves.set(move.key, moves);
    let place = moves.length;
    for (let before = moves[place - 1]; before !== undefined && before.at > move.at;) {
      place--;
      before = moves[place - 1];
    }
    moves.splice(place, 0, move);
    return () => void moves.splice(moves.indexOf(move), 1);
  }
}

/** From the end back to the count that governs. */
function fold(moves: readonly Move[], asOf: string | undefined): Amount {
  let sum = 0n;
  for (let index = moves.length - 1; index >= 0; index--) {
    const move = moves[index];
    if (move === undefined || (asOf !== undefined && move.at > asOf)) continue;
    if (move.kind === "reset") return sum + move.amount;
    sum += move.amount;
  }
  return sum;
}
