import type { Change } from "@bincard/contracts";

/** More than a person reads; the oldest are let go. */
export const KEPT = 10_000;

/** The part of the feed that a screen holds. Newest first. */
export interface FeedBuffer {
  readonly shown: readonly Change[];
  /** What came while the screen was held; newest first. */
  readonly waiting: readonly Change[];
  /** Whether some that came were let go again. */
  readonly isCut: boolean;
}

export const EMPTY: FeedBuffer = { shown: [], waiting: [], isCut: false };

/** Takes what the feed told, in its order. What is known already is not taken twice. */
export function told(
  buffer: FeedBuffer,
  changes: readonly Change[],
  { isHeld }: { readonly isHeld: boolean },
): FeedBuffer {
  const before = isHeld ? buffer.waiting : buffer.shown;
  const newest = buffer.waiting[0]?.position ?? buffer.shown[0]?.position ?? 0;
  const fresh = changes.filter(({ position }) => position > newest).toReversed();
  if (fresh.length === 0) return buffer;
  const after = [...fresh, ...before];
  const isCut = buffer.isCut || after.length > KEPT;
  const kept = after.length > KEPT ? after.slice(0, KEPT) : after;
  return isHeld ? { ...buffer, waiting: kept, isCut } : { ...buffer, shown: kept, isCut };
}

/** Shows what came meanwhile. */
export function released({ shown, waiting, isCut }: FeedBuffer): FeedBuffer {
  const all = [...waiting, ...shown];
  return { shown: all.slice(0, KEPT), waiting: [], isCut: isCut || all.length > KEPT };
}
