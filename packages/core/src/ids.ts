import { randomBase32, toBase32 } from "./base32.ts";

const MILLISECONDS_DIGITS = 10;

/** 13 characters, the first of which tells merchants, locations and tokens apart. */
const short = (letter: string): string => letter + randomBase32(12);

export const newMerchantId = (): string => short("M");
export const newLocationId = (): string => short("L");
export const newTokenId = (): string => short("T");
export const newApplicationId = (): string => short("A");

/** 24 characters that start with the time, so that new objects land together in the index. */
export function newCatalogObjectId(): string {
  return toBase32(Date.now(), MILLISECONDS_DIGITS) + randomBase32(14);
}
