import { formatTime, type Micros, type Refusal, refuse } from "@bincard/contracts";
import type { Batch } from "../rules/group.ts";

/**
 * A change may have occurred a little after it was received, by the clock of whoever sent it. What was
 * archived is surely older than the oldest change kept, by this much.
 */
const MARGIN: Micros = 3_600_000_000;

/** What a physical count would have to know, and history up to `horizon` is archived. */
export interface LookedFor {
  readonly at: Micros;
  /** No physical count was found before it, so all that came before it matters. */
  readonly fromBeginning: boolean;
}

/**
 * Throws INVALID_TIME when an instant cannot be told from the history that is still here: a count would
 * be wrong without a word. The key stays free, since attaching the range again makes it right.
 */
export function requireKept(
  asked: readonly LookedFor[],
  {
    horizon,
    batches,
  }: { readonly horizon: Micros | undefined; readonly batches: readonly Batch[] },
): void {
  if (horizon === undefined) return;
  const earliest = horizon + MARGIN;
  const lost = asked.find(({ at, fromBeginning }) => fromBeginning || at < earliest);
  if (lost !== undefined) throw archived(lost.at, { earliest, batches });
}

function archived(
  at: Micros,
  { earliest, batches }: { readonly earliest: Micros; readonly batches: readonly Batch[] },
): Refusal {
  const entries = batches.flatMap((batch) => batch.entries);
  // Batches of a group that fails are judged one by one: then the index is the request's own.
  const index = entries.findIndex((entry) => entry.occurredAt === at);
  const since = earliest === Infinity ? "" : `; counts may look back to ${formatTime(earliest)}`;
  return refuse(
    "INVALID_TIME",
    `${formatTime(at)} lies in history that is archived${since}: attach it again, or count as of now`,
    { path: ["changes", Math.max(index, 0), "occurredAt"] },
  );
}
