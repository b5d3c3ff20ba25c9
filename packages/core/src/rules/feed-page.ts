import { type Change, isTracked } from "@bincard/contracts";
import { type Key, keyText } from "./moves.ts";

/**
 * The first `limit` of these changes, without the beginning of a batch whose rest lies beyond them: the
 * changes of one batch, and only they, share a receipt time (L9). A batch that alone exceeds the page is
 * cut, since nothing would ever come of it otherwise.
 */
export function cutPage(changes: readonly Change[], limit: number): readonly Change[] {
  const beyond = changes[limit];
  if (beyond === undefined) return changes;
  const page = changes.slice(0, limit);
  const whole = page.filter(({ createdAt }) => createdAt !== beyond.createdAt);
  return whole.length === 0 ? page : whole;
}

/** The tracked keys that these changes name, each once. */
export function keysOf(changes: readonly Change[]): Key[] {
  const keys = new Map<string, Key>();
  for (const change of changes)
    for (const key of sidesOf(change)) if (isTracked(key.state)) keys.set(keyText(key), key);
  return [...keys.values()];
}

function sidesOf(change: Change): readonly Key[] {
  const { catalogObjectId } = change;
  if (change.type === "PHYSICAL_COUNT")
    return [{ catalogObjectId, locationId: change.locationId, state: change.state }];
  const [from, to] =
    change.type === "TRANSFER" ? [change.state, change.state] : [change.fromState, change.toState];
  return [
    { catalogObjectId, locationId: change.fromLocationId, state: from },
    { catalogObjectId, locationId: change.toLocationId, state: to },
  ];
}
