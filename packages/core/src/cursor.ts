import { createHash } from "node:crypto";
import { parseTime, refuse } from "@bincard/contracts";

/** Which listing a cursor belongs to: it is refused with any other (laws: Operations). */
export interface Listing {
  readonly operation: string;
  readonly merchantId: string;
  /** Everything of the request but `limit` and `cursor`. */
  readonly filters: unknown;
  /** What the request calls it, and what answers it, where that is not `cursor` and a listing. */
  readonly field?: { readonly name: "after"; readonly comesFrom: string };
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

/** What each part of a sort key is. */
const PARTS = {
  text: (part: unknown) => typeof part === "string" && !part.includes("\0"),
  time: (part: unknown) => typeof part === "string" && parseTime(part) !== undefined,
  whole: (part: unknown) => Number.isSafeInteger(part),
};
type Part = keyof typeof PARTS;
type PlaceOf<Parts extends readonly Part[]> = {
  readonly [Index in keyof Parts]: Parts[Index] extends "whole" ? number : string;
};

/** INVALID_CURSOR when it is not one of this listing's. `parts` is the form of the listing's sort key. */
export function fromCursor<const Parts extends readonly Part[]>(
  listing: Listing,
  cursor: string,
  parts: Parts,
): PlaceOf<Parts> {
  const text = cursor.slice(SEAL_CHARACTERS);
  if (cursor.slice(0, SEAL_CHARACTERS) !== seal(listing, text)) throw invalidCursor(listing);
  const place: unknown = parsed(Buffer.from(text, "base64url").toString());
  if (!isPlace(place, parts)) throw invalidCursor(listing);
  return place;
}

function isPlace<Parts extends readonly Part[]>(
  place: unknown,
  parts: Parts,
): place is PlaceOf<Parts> {
  return (
    Array.isArray(place) &&
    place.length === parts.length &&
    parts.every((part, index) => PARTS[part](place[index]))
  );
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function invalidCursor({ field }: Listing) {
  return field === undefined
    ? refuse(
        "INVALID_CURSOR",
        "is not a cursor of this listing: repeat the request that answered it, with the same filters",
        { path: ["cursor"] },
      )
    : refuse("INVALID_CURSOR", `is not a cursor that ${field.comesFrom} answered here`, {
        path: [field.name],
      });
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
