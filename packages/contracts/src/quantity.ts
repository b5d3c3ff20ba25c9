import * as z from "zod";
import { LIMITS } from "./limits.ts";

/**
 * Exact decimals (L12): text on every wire, a bigint scaled by 100,000 inside, a float nowhere.
 * Canonical text has no plus sign, no leading or trailing zeros, and "0" for zero.
 */
const PLACES = LIMITS.quantityPlaces;
const SCALE = 10n ** BigInt(PLACES);
const SCALE_NUMBER = 10 ** PLACES;
const FEW_DIGITS = /^\d{1,9}$/;
const SYNTAX = /^([+-])?(\d+)(?:\.(\d*))?$/;

/** A quantity times 100,000. */
export type Scaled = bigint;

/** `undefined` for text that is not a decimal of at most 26 characters with at most 5 places. */
export function parseQuantity(text: string): Scaled | undefined {
  if (FEW_DIGITS.test(text)) return BigInt(Number(text) * SCALE_NUMBER);
  if (text.length > LIMITS.quantityCharacters) return undefined;
  const match = SYNTAX.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  if (fraction.length > PLACES) return undefined;
  const scaled = BigInt(whole + fraction.padEnd(PLACES, "0"));
  return sign === "-" ? -scaled : scaled;
}

export function formatQuantity(scaled: Scaled): string {
  // Nearly all quantities are whole and small, and numbers are much quicker than bigints.
  if (scaled >= Number.MIN_SAFE_INTEGER && scaled <= Number.MAX_SAFE_INTEGER) {
    const number = Number(scaled);
    if (number % SCALE_NUMBER === 0) return String(number / SCALE_NUMBER);
  }
  if (scaled % SCALE === 0n) return (scaled / SCALE).toString();
  const negative = scaled < 0n;
  const digits = (negative ? -scaled : scaled).toString().padStart(PLACES + 1, "0");
  const whole = digits.slice(0, -PLACES);
  const fraction = digits.slice(-PLACES).replace(/0+$/, "");
  return `${negative ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/**
 * Whether a quantity can be written in 26 characters: the bound on counts as well as on changes.
 */
export function fitsQuantity(scaled: Scaled): boolean {
  // Fewer than 20 digits before the point always fit; only giants are worth writing out.
  if (scaled < SCALE * 10n ** 18n && scaled > -SCALE * 10n ** 18n) return true;
  return formatQuantity(scaled).length <= LIMITS.quantityCharacters;
}

const EXPECTED = `a decimal as text with at most ${PLACES} places and ${LIMITS.quantityCharacters} characters, such as "2.5"`;

function quantityAtLeast(minimum: "zero" | "above zero") {
  return z
    .string()
    .transform((text, context) => {
      const scaled = parseQuantity(text);
      const low = scaled !== undefined && (minimum === "zero" ? scaled < 0n : scaled <= 0n);
      if (scaled !== undefined && !low) return formatQuantity(scaled);
      const wanted = minimum === "zero" ? "zero or more" : "above zero";
      context.addIssue({
        code: "custom",
        message: `must be ${EXPECTED}, ${wanted}; got ${JSON.stringify(text.slice(0, 40))}`,
        params: { failure: "INVALID_QUANTITY" },
      });
      return z.NEVER;
    })
    .meta({
      description: `${EXPECTED}, ${minimum === "zero" ? "zero or more" : "above zero"}`,
      pattern: String.raw`^[+-]?\d+(\.\d{0,${PLACES}})?$`,
      maxLength: LIMITS.quantityCharacters,
    });
}

/** The quantity of a physical count: 0 or more. */
export const countedQuantity = quantityAtLeast("zero");
/** The quantity of an adjustment or a transfer: above 0; the states say the direction. */
export const movedQuantity = quantityAtLeast("above zero");
/** A quantity we answer with: canonical text, may be negative. */
export const quantity = z.string().meta({
  description: "exact decimal, canonical text",
  pattern: String.raw`^-?(0|[1-9]\d*)(\.\d{0,${PLACES - 1}}[1-9])?$`,
  maxLength: LIMITS.quantityCharacters,
});
