import type { Answer, Operations, Parsed, Principal } from "@bincard/contracts";
import { fromCursor, pageOf, toCursor } from "./cursor.ts";
import { beyondTheEnd, cursorAt, feedCountOf } from "./read-feed.ts";
import type { Connections } from "./store/connect.ts";
import { type AfterKey, readSnapshotPage } from "./store/feed.ts";

type Snapshot = Operations["feed"]["snapshot"];

/**
 * All counts in the order of their keys, and the place the feed goes on from: where the merchant stood when
 * the first page was read. Keys never go away, and whatever moved later is told by the feed, so pages that
 * were read at different moments make a whole. INVALID_CURSOR when the ledger is no longer where it was.
 */
export async function snapshotFeed(
  { sql }: Connections,
  { merchantId }: Principal,
  { cursor, limit }: Parsed<Snapshot>,
): Promise<Answer<Snapshot>> {
  const listing = listingOf(merchantId);
  const begun = cursor === undefined ? undefined : begunAt(merchantId, cursor);
  const asked = { after: begun?.after, limit: limit + 1 };
  const { counts: stored, head } = await readSnapshotPage(sql, merchantId, asked);
  const position = begun?.position ?? head;
  if (position > head) throw beyondTheEnd(head, "cursor");
  const { rows, ...rest } = pageOf(stored, limit, ({ key }) =>
    toCursor(listing, [position, key.catalogObjectId, key.locationId, key.state]),
  );
  const place = { cursor: cursorAt(merchantId, position), position };
  return { counts: rows.map(feedCountOf), place, ...rest };
}

/** The place of the whole snapshot, and the last key that was told. */
interface Begun {
  readonly position: number;
  readonly after: AfterKey;
}

function begunAt(merchantId: string, cursor: string): Begun {
  const parts = ["whole", "text", "text", "text"] as const;
  const [position, catalogObjectId, locationId, state] = fromCursor(
    listingOf(merchantId),
    cursor,
    parts,
  );
  return { position, after: { catalogObjectId, locationId, state } };
}

const listingOf = (merchantId: string) => ({ operation: "feed.snapshot", merchantId, filters: {} });
