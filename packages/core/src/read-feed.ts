import {
  type Answer,
  type Change,
  type FeedChecksum,
  type FeedCount,
  type Operations,
  type Parsed,
  type Principal,
  refuse,
} from "@bincard/contracts";
import { fromCursor, type Listing, toCursor } from "./cursor.ts";
import { changeIdOf } from "./rules/change-id.ts";
import { keyText } from "./rules/moves.ts";
import type { Connections, Sql } from "./store/connect.ts";
import { storedCountOf } from "./store/counts.ts";
import { type AskedPage, readPlace, readRecentPage, readStoredPage } from "./store/feed.ts";
import type { StoredCount } from "./store/known.ts";
import type { Telemetry } from "./telemetry.ts";

type Feed = Operations["feed"];

/** A cursor of the feed is a position, sealed to its merchant: it fits every page size and every door. */
const feedOf = (merchantId: string): Listing => ({
  operation: "feed",
  merchantId,
  filters: {},
  field: { name: "after", comesFrom: "feed.read, feed.follow, feed.locate or feed.snapshot" },
});

export function cursorAt(merchantId: string, position: number): string {
  return toCursor(feedOf(merchantId), [position]);
}

/** 0, which is before the first change, when there is no cursor. INVALID_CURSOR when it is not ours. */
export function positionAfter(merchantId: string, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [position] = fromCursor(feedOf(merchantId), cursor, ["whole"]);
  return position;
}

/** Changes in position order, each exactly once, whatever transactions are open (L9). */
export async function readFeed(
  { sql, telemetry }: Reader,
  { merchantId }: Principal,
  { after, limit }: Parsed<Feed["read"]>,
): Promise<Answer<Feed["read"]>> {
  const asked = { after: positionAfter(merchantId, after), limit };
  const { page, head } = await readingAfter({ sql }, merchantId, asked);
  telemetry?.feedRead({ changes: page.changes.length, positionsBehind: head - page.position });
  return page;
}

/** What a page is read through, and who is told how far behind its reader is. */
interface Reader {
  readonly sql: Sql;
  readonly telemetry: Telemetry | undefined;
}

/** A page, and what its reader should know to go on. */
export interface Reading {
  readonly page: FeedChecksum;
  /** Whether there was more than a page holds; if not, whatever follows came later. */
  readonly isCut: boolean;
  /** The merchant's position when it was read. */
  readonly head: number;
}

/** What a page is asked for, and changes after that place which need not be read. */
type AskedReading = AskedPage & { readonly recent?: readonly Change[] };

export async function readingAfter(
  { sql }: Pick<Connections, "sql">,
  merchantId: string,
  { recent = [], ...asked }: AskedReading,
): Promise<Reading> {
  const { changes, counts, head, standing, isCut } =
    (await readRecentPage(sql, merchantId, { recent, limit: asked.limit })) ??
    (await readStoredPage(sql, merchantId, asked));
  if (asked.after > head) throw beyondTheEnd(head, "after");
  // Positions have no gaps: what should come next and does not was detached (docs/scaling.md).
  if (head > asked.after && changes[0]?.position !== asked.after + 1)
    throw archived(merchantId, asked.after);
  const position = changes.at(-1)?.position ?? asked.after;
  const page = {
    changes: [...changes],
    counts: inOrder(counts).map(feedCountOf),
    cursor: cursorAt(merchantId, position),
    more: head > position,
    position,
    ...(standing === undefined ? {} : { standing }),
  };
  return { page, isCut, head };
}

export function feedCountOf(stored: StoredCount): FeedCount {
  return {
    ...storedCountOf(stored.key, stored, stored.calculatedAt),
    position: stored.tally.position,
  };
}

/** By their keys, so that the same page always reads the same. */
function inOrder(counts: readonly StoredCount[]): StoredCount[] {
  const named = counts.map((stored): [string, StoredCount] => [keyText(stored.key), stored]);
  return named.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, stored]) => stored);
}

export async function pageAfter(
  on: Pick<Connections, "sql">,
  merchantId: string,
  asked: AskedPage,
): Promise<FeedChecksum> {
  const { page } = await readingAfter(on, merchantId, asked);
  return page;
}

/** The reader has seen what the ledger no longer has: only a database put back to an older state does that. */
export function beyondTheEnd(head: number, field: "after" | "cursor") {
  return refuse(
    "INVALID_CURSOR",
    `lies beyond the end of the ledger, which is at position ${head}: the database was put back to an older state, so start again without a cursor`,
    { path: [field] },
  );
}

/**
 * Going on from a later place would miss changes without a word (L9). The change that is missing is named,
 * so that a copy of the counts knows that a snapshot helps.
 */
function archived(merchantId: string, after: number) {
  return refuse(
    "INVALID_CURSOR",
    `the changes after position ${after} are archived: have them attached again, begin at a place that feed.locate gives, or take the counts by feed.snapshot and go on from its place`,
    { path: ["after"], subject: { kind: "change", id: changeIdOf(merchantId, after + 1) } },
  );
}

/** The end of the feed, or where it ended at a time. */
export async function locateFeed(
  { sql }: Connections,
  { merchantId }: Principal,
  { receivedBy }: Parsed<Feed["locate"]>,
): Promise<Answer<Feed["locate"]>> {
  const position = await readPlace(sql, merchantId, receivedBy);
  return { cursor: cursorAt(merchantId, position), position };
}

/** A page, and what all counts come to at its moment: a copy proves itself by it (L8, L9). */
export async function checksumFeed(
  { sql }: Connections,
  { merchantId }: Principal,
  { after, limit }: Parsed<Feed["checksum"]>,
): Promise<Answer<Feed["checksum"]>> {
  const asked = { after: positionAfter(merchantId, after), limit, withStanding: true };
  return pageAfter({ sql }, merchantId, asked);
}
