import * as z from "zod";
import { change } from "./change.ts";
import { count } from "./count.ts";
import { position } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { cursor, limit, pageInput } from "./page.ts";
import { timeInput } from "./time.ts";

/**
 * A count as the feed tells it: with the position of the change that last moved it. A copy that
 * holds none above its own position is exact at that position (L9).
 */
export const feedCount = count.extend({ position });
export type FeedCount = z.infer<typeof feedCount>;

/** From the beginning when `after` is left out. */
export const readFeedInput = z.strictObject({ after: cursor.optional(), limit });

/**
 * A page of the feed. A batch is never split between two pages, unless it alone exceeds the page.
 */
export const feedPage = z.object({
  /** In position order, each exactly once over all pages (L9). */
  changes: z.array(change),
  /** The counts of every key these changes name, as they stand when the page is read. */
  counts: z.array(feedCount),
  /** Where the next page begins. It is given on every page and does not expire. */
  cursor,
  /** Whether there was more when this page was read. */
  more: z.boolean(),
  /** Of the last change up to `cursor`; 0 before the first. */
  position,
});
export type FeedPage = z.infer<typeof feedPage>;

/**
 * The feed as it grows. The first page comes at once, even when it is empty. `lastEventId` is what a
 * browser's `EventSource` sends by itself when it reconnects, and goes before `after`.
 */
export const followFeedInput = z.strictObject({
  after: cursor.optional(),
  lastEventId: cursor.optional(),
  limit: z.int().min(1).max(LIMITS.pageSizeMax).default(LIMITS.pageSizeMax),
});

/** The end of the feed when `receivedBy` is left out. */
export const locateFeedInput = z.strictObject({
  /** Everything that was received up to this time lies before the cursor. */
  receivedBy: timeInput.optional(),
});
export const locateFeedOutput = z.object({ cursor, position });
export type FeedPlace = z.infer<typeof locateFeedOutput>;

/** Counts by object, location and state. The first page fixes the place; each further one takes its cursor. */
export const snapshotFeedInput = z.strictObject(pageInput);
/**
 * A page of all counts, for a copy that begins without reading history. Each is as new as the page that
 * tells it: what moved since the place is told again by the feed, and nothing that moved before is left out.
 */
export const snapshotFeedOutput = z.object({
  counts: z.array(feedCount),
  /** Where the feed goes on from once every page is taken: the same on each of them. */
  place: locateFeedOutput,
  cursor: cursor.optional(),
});

/**
 * What a copy of the counts proves itself with: a page, as `feed.read` answers it, and what all counts
 * come to at the very moment of that page.
 */
export const checksumFeedOutput = feedPage.extend({
  /** Of the counts at `position`. Left out while there is `more`: read on, then ask again. */
  standing: z
    .object({
      /** How many counts there are. */
      counts: z.int().nonnegative(),
      /**
       * The sum over all counts, as a decimal, of the first 60 bits of the SHA-256 of
       * `object LF location LF state LF quantity LF position`, in UTF-8. It has no order.
       */
      checksum: z.string(),
    })
    .optional(),
});
export type FeedChecksum = z.infer<typeof checksumFeedOutput>;
