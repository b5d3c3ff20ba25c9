import type { Count, FeedCount, FeedPage } from "@bincard/contracts";

/**
 * The counts that a page of the feed has moved, cut into deliveries. What has not moved since `after` was told before (a
 * change older than the governing count alters history only); what has moved beyond the page is told with the page
 * that moved it.
 */
export function toldCounts(
  { counts, position }: Pick<FeedPage, "counts" | "position">,
  { after, limit }: { readonly after: number; readonly limit: number },
): Count[][] {
  const moved = counts.filter((count) => count.position > after && count.position <= position);
  return parted(moved.map(plainCount), limit);
}

/** Counts cut into deliveries of so many at most. */
export function parted(counts: readonly Count[], limit: number): Count[][] {
  const parts: Count[][] = [];
  for (let from = 0; from < counts.length; from += limit)
    parts.push(counts.slice(from, from + limit));
  return parts;
}

/** As a count is told elsewhere. */
export function plainCount(counted: FeedCount): Count {
  const { position: _, ...count } = counted;
  return count;
}
