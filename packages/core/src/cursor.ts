import { createHash } from "node:crypto";
import { refuse } from "@bincard/contracts";

/** Which listing a cursor belongs to: it is refused with any other (laws: Operations). */
export interface Listing {
  readonly operation: string;
  readonly merchantId: string;
  /** Everything of the request but `limit` and `cursor`. */
  readonly filters: unknown;
}

/** Where the next page starts: the sort key of the last row of this one. */
export type Place = readonly (string | number)[];

const SEAL_CHARACTERS = 16;

function seal({ operation, merchantId, filters }: Listing, place: string): string {
  const text = JSON.stringify([operation, merchantId, filters, place]);
  return createHash("sha256").update(text).digest("base64url").slice(0, SEAL_CHARACTERS);
}

/**
 * The seal finds a cursor that was altered or that belongs elsewhere. It needs no secret: a forged one
 * could only name another place in the caller's own list.
 */
export function toCursor(listing: Listing, place: Place): string {
  const text = Buffer.from(JSON.stringify(place)).toString("base64url");
  return seal(listing, text) + text;
}

/** INVALID_CURSOR when it is not one of this listing's. */
export function fromCursor(listing: Listing, cursor: string): Place {
  const text = cursor.slice(SEAL_CHARACTERS);
  if (cursor.slice(0, SEAL_CHARACTERS) !== seal(listing, text))
    throw refuse(
      "INVALID_CURSOR",
      "is not a cursor of this listing: repeat the request that answered it, with the same filters",
      { path: ["cursor"] },
    );
  return JSON.parse(Buffer.from(text, "base64url").toString()) as Place;
}

/** A page of rows, one row more having been asked for to know whether there is a next one. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursorAfter: (last: Row) => string,
): { rows: Row[]; cursor?: string } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return rows.length > limit && last !== undefined
    ? { rows: page, cursor: cursorAfter(last) }
    : { rows: page };
}
