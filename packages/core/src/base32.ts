import { randomBytes } from "node:crypto";

/** Upper-case, no letter that looks like a digit (Crockford), and in the order of the values. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A whole number as exactly `length` digits, so that texts sort as numbers do. */
export function toBase32(value: number, length: number): string {
  let text = "";
  let rest = value;
  for (let place = 0; place < length; place++) {
    text = (DIGITS[rest % 32] ?? "") + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** `undefined` for text with any other character, or beyond what a number holds exactly. */
export function fromBase32(text: string): number | undefined {
  let value = 0;
  for (const digit of text) {
    const worth = DIGITS.indexOf(digit);
    if (worth < 0) return undefined;
    value = value * 32 + worth;
  }
  return Number.isSafeInteger(value) ? value : undefined;
}

/** `length` random digits: 5 bits each. */
export function randomBase32(length: number): string {
  return Array.from(randomBytes(length), (byte) => DIGITS[byte % 32]).join("");
}
