import type { Change } from "@bincard/contracts";

/** So many are kept for a merchant that is followed, some megabytes. */
const KEPT = 5_000;
/** What is younger than this is kept beside them: a server records only so much in the time. */
const YOUNG_MS = 2_000;

interface Kept {
  readonly change: Change;
  /** On `performance.now()`'s clock. */
  readonly since: number;
}

/**
 * What this server has recorded last, for a merchant that is followed: who follows need not have it read
 * from the table again, which costs most when there is most to do. Whatever is not here is there.
 */
export class Tail {
  /** By position, in the order in which they were answered. */
  readonly #changes = new Map<number, Kept>();

  /** The changes of one batch, all of them. */
  add(batch: readonly Change[], now = performance.now()): void {
    for (const change of batch) this.#changes.set(change.position, { change, since: now });
    for (const [position, { since }] of this.#changes) {
      if (this.#changes.size <= KEPT || since > now - YOUNG_MS) return;
      this.#changes.delete(position);
    }
  }

  /** Those right after a position, up to the first that is not known here; whole batches. */
  after(position: number, most: number): Change[] {
    const changes: Change[] = [];
    while (changes.length < most) {
      const next = this.#changes.get(position + changes.length + 1);
      if (next === undefined) break;
      changes.push(next.change);
    }
    return changes;
  }
}
