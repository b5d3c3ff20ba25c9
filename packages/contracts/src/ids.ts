import * as z from "zod";
import { LIMITS } from "./limits.ts";
import { someText } from "./text.ts";

/**
 * Ids are text. Bincard makes upper-case base32 ones (13 characters for merchants and locations, 24
 * for catalog objects and changes); a team may choose its own for catalog objects and locations.
 */
const CHOSEN = /^[A-Za-z0-9][A-Za-z0-9._~:-]*$/;
const CHOSEN_RULE = "letters, digits and . _ ~ : - after a first letter or digit";

function chosen(characters: number) {
  return someText(characters).regex(CHOSEN, `must be made of ${CHOSEN_RULE}`);
}

export const catalogObjectId = someText(LIMITS.catalogIdCharacters);
export const locationId = someText(LIMITS.locationIdCharacters);
export const changeId = someText(LIMITS.catalogIdCharacters);
export const merchantId = someText(LIMITS.locationIdCharacters);
export const tokenId = someText(LIMITS.locationIdCharacters);
export const applicationId = someText(LIMITS.personIdCharacters);

/** An id that the caller chooses for something new. */
export const chosenLocationId = chosen(LIMITS.locationIdCharacters);
/** "#name" is a stand-in of this request: the answer maps it to the id Bincard made. */
export const chosenCatalogObjectId = someText(LIMITS.catalogIdCharacters).regex(
  /^#.+$|^[A-Za-z0-9][A-Za-z0-9._~:-]*$/s,
  `must be "#" and a name of this request, or made of ${CHOSEN_RULE}`,
);

/** Made once for each logical request, before anything can retry it (L6). */
export const idempotencyKey = someText(LIMITS.idempotencyKeyCharacters);

/** A merchant's commit order: 1, 2, 3 … */
export const position = z.int().nonnegative();
