import type { Micros, Scaled } from "@bincard/contracts";

/** What the stored changes say of a key at one instant. */
export interface StoredInstant {
  /** The key's quantity once every stored change up to and at that time was in. */
  readonly quantity: Scaled;
  /** `occurredAt` of the physical count that governs that instant; -Infinity without one. */
  readonly countedAt: Micros;
}

/** A move of the group at hand, not stored yet. Later in the list means a higher position. */
export interface PendingMove {
  readonly kind: "add" | "reset";
  readonly quantity: Scaled;
  readonly occurredAt: Micros;
}

function isLater(move: PendingMove, than: PendingMove | undefined): boolean {
  return than === undefined || move.occurredAt >= than.occurredAt;
}

/**
 * A key's quantity at an instant, the group's own moves included (L1).
 *
 * Stored moves and pending ones never mix within an instant: every pending position is higher. Where a
 * pending count governs, the stored moves between it and the instant are the difference of the two
 * stored quantities, since no stored count lies between them.
 */
export function quantityAt(
  at: Micros,
  pending: readonly PendingMove[],
  stored: (at: Micros) => StoredInstant,
): Scaled {
  const base = stored(at);
  let governing: PendingMove | undefined;
  let from = -1;
  pending.forEach((move, index) => {
    const governs =
      move.kind === "reset" && move.occurredAt <= at && move.occurredAt >= base.countedAt;
    if (!governs || !isLater(move, governing)) return;
    governing = move;
    from = index;
  });
  const since = governing?.occurredAt ?? base.countedAt;
  const sum = pending.reduce((total, move, index) => {
    const counts =
      move.kind === "add" &&
      move.occurredAt <= at &&
      (move.occurredAt > since || (move.occurredAt === since && index > from));
    return counts ? total + move.quantity : total;
  }, 0n);
  if (governing === undefined) return base.quantity + sum;
  return governing.quantity + (base.quantity - stored(governing.occurredAt).quantity) + sum;
}
