/** So many lines the browser's database takes in a moment, and another change need not wait longer for its turn. */
export const PART_LINES = 5_000;

/**
 * The ids of a change in parts: as they are when they are few; of very many, those together that are kept beside each
 * other.
 */
export function inParts(ids: readonly string[]): readonly (readonly string[])[] {
  if (ids.length <= PART_LINES) return [ids];
  const sorted = ids.toSorted();
  return Array.from({ length: Math.ceil(sorted.length / PART_LINES) }, (_, part) =>
    sorted.slice(part * PART_LINES, (part + 1) * PART_LINES),
  );
}
