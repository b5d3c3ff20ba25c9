import type { Row } from "./table.ts";

const REASON = "reason";

/** The heading of the file of rows that were not imported: the file's own, and why. */
export function rejectedHeading(columns: readonly string[]): readonly string[] {
  return [...columns.filter((column) => column !== REASON), REASON];
}

/**
 * A row that was not imported, as it was in the file, with the reason in one more column. Mended, it can be imported
 * with the same map.
 */
export function rejectedFields(
  columns: readonly string[],
  { fields, line }: Row,
  reason: string,
): readonly string[] {
  // A second round of mending replaces the reason of the first.
  const kept = fields.filter((_, index) => columns[index] !== REASON);
  const width = rejectedHeading(columns).length - 1;
  const padded = [...kept, ...Array.from({ length: Math.max(0, width - kept.length) }, () => "")];
  return [...padded, `line ${line}: ${reason}`];
}
