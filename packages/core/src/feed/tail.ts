import type { Change } from "@bincard/contracts";

/** So many are kept for a merchant that is followed, some megabytes. */
const KEPT = 5_000;

/**
 * What this server has recorded last, for a merchant that is followed: who follows need not have it read
 * from the table again. Whatever is not here is there.
 */
export class Tail {
  /** By position, in the order in which they were answered. */
  readonly #changes = new Map<number, Change>();

  /** The changes of one batch, all of them. */
  add(batch: readonly Change[]): void {
    for (const change of batch) this.#changes.set(change.position, change);
    for (const position of this.#changes.keys()) {
      if (this.#changes.size <= KEPT) return;
      this.#changes.delete(position);
    }
  }

  /** Those right after a position, up to the first that is not known here; whole batches. */
  after(position: number, most: number): Change[] {
    const changes: Change[] = [];
    while (changes.length < most) {
      const next = this.#changes.get(position + changes.length + 1);
      if (next === undefined) break;
      changes.push(next);
    }
    return changes;
  }
}
