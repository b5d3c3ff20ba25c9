/** The list in pieces of at most so many. */
export function chunksOf<Entry>(entries: readonly Entry[], most: number): Entry[][] {
  return Array.from({ length: Math.ceil(entries.length / most) }, (_, index) =>
    entries.slice(index * most, (index + 1) * most),
  );
}
