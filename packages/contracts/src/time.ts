import * as z from "zod";

/**
 * Times travel as RFC 3339 text and keep microseconds (L12); JavaScript's `Date` keeps milliseconds
 * and is used for calendar arithmetic only. Inside, a time is a number of microseconds since 1970,
 * a safe integer until the year 2255.
 */
export type Micros = number;

const SYNTAX =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const EARLIEST_YEAR = 1;
const LATEST_YEAR = 9_999;

interface Instant {
  readonly seconds: number;
  readonly micros: number;
}

/** Of `2026-11-22T09:30:00Z`, with or without a fraction: what nearly everyone sends. */
const PLAIN_LENGTH = 20;
const COLONS = [13, 16] as const;
/** Times come by the thousand and of few days: the last one's text and its midnight. */
let lastDay = { text: "1970-01-01", seconds: 0 };

/** Reads UTC times without looking for a pattern; `undefined` leaves it to the pattern. */
function parsePlainInstant(text: string): Instant | undefined {
  const last = text.length - 1;
  if (text.length < PLAIN_LENGTH || text[last] !== "Z" || text[10] !== "T") return undefined;
  if (COLONS.some((at) => text[at] !== ":")) return undefined;
  const [h, mi, s] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  const micros = plainMicros(text, last);
  if (!(h <= 23 && mi <= 59 && s <= 59) || micros === undefined) return undefined;
  const day = text.slice(0, 10);
  if (day !== lastDay.text) {
    const midnightOfDay = parseByPattern(`${day}T00:00:00Z`);
    if (midnightOfDay === undefined) return undefined;
    lastDay = { text: day, seconds: midnightOfDay.seconds };
  }
  return { seconds: lastDay.seconds + h * 3_600 + mi * 60 + s, micros };
}

const ZERO = 48;

/** NaN where there are no two digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

/** The fraction from the 19th character on, of up to six digits. */
function plainMicros(text: string, end: number): number | undefined {
  if (end === PLAIN_LENGTH - 1) return 0;
  const digits = end - PLAIN_LENGTH;
  if (text[PLAIN_LENGTH - 1] !== "." || digits < 1 || digits > 6) return undefined;
  let micros = 0;
  for (let place = 0; place < 6; place++) {
    const digit = place < digits ? text.charCodeAt(PLAIN_LENGTH + place) - ZERO : 0;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    micros = micros * 10 + digit;
  }
  return micros;
}

function parseInstant(text: string): Instant | undefined {
  return parsePlainInstant(text) ?? parseByPattern(text);
}

function parseByPattern(text: string): Instant | undefined {
  const match = SYNTAX.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", sign, offHour, offMinute] = match;
  const [y, mo, d] = [Number(year), Number(month), Number(day)];
  const [h, mi, s] = [Number(hour), Number(minute), Number(second)];
  if (y < EARLIEST_YEAR || mo < 1 || mo > 12 || d < 1 || d > daysIn(y, mo)) return undefined;
  if (h > 23 || mi > 59 || s > 59) return undefined;
  const [oh, om] = [Number(offHour ?? 0), Number(offMinute ?? 0)];
  if (oh > 23 || om > 59) return undefined;
  const offset = (sign === "-" ? -60 : 60) * (oh * 60 + om);
  const seconds = midnight(y, mo, d) + h * 3_600 + mi * 60 + s - offset;
  if ((y === EARLIEST_YEAR || y === LATEST_YEAR) && !isInRange(seconds)) return undefined;
  return { seconds, micros: Number(fraction.slice(0, 6).padEnd(6, "0")) };
}

/** Seconds since 1970 at which a day begins, in UTC. */
function midnight(year: number, month: number, day: number): number {
  if (year >= 100) return Date.UTC(year, month - 1, day) / 1_000;
  // `Date.UTC` takes 0 to 99 for 1900 to 1999.
  return new Date(0).setUTCFullYear(year, month - 1, day) / 1_000;
}

/** An offset may carry the first and the last day out of the years that four digits can write. */
function isInRange(seconds: number): boolean {
  const year = new Date(seconds * 1_000).getUTCFullYear();
  return year >= EARLIEST_YEAR && year <= LATEST_YEAR;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const DAY_SECONDS = 86_400;
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));
let lastWritten = { number: 0, text: "1970-01-01" };

function dayText(number: number): string {
  if (number !== lastWritten.number) {
    const text = new Date(number * DAY_SECONDS * 1_000).toISOString().slice(0, 10);
    lastWritten = { number, text };
  }
  return lastWritten.text;
}

function formatInstant({ seconds, micros }: Instant): string {
  const day = Math.floor(seconds / DAY_SECONDS);
  const second = seconds - day * DAY_SECONDS;
  const hours = TWO_DIGITS[Math.floor(second / 3_600)];
  const minutes = TWO_DIGITS[Math.floor(second / 60) % 60];
  const fraction = micros === 0 ? "" : `.${String(micros).padStart(6, "0").replace(/0+$/, "")}`;
  return `${dayText(day)}T${hours}:${minutes}:${TWO_DIGITS[second % 60]}${fraction}Z`;
}

/** Canonical text: UTC, `Z`, fraction cut to microseconds and without trailing zeros. */
export function canonicalTime(text: string): string | undefined {
  const plain = parsePlainInstant(text);
  const isTrimmed = text.length === PLAIN_LENGTH || text[text.length - 2] !== "0";
  if (plain !== undefined && isTrimmed) return text;
  const instant = plain ?? parseByPattern(text);
  return instant === undefined ? undefined : formatInstant(instant);
}

/** Microseconds since 1970 of an RFC 3339 text; `undefined` when it is not one. */
export function parseTime(text: string): Micros | undefined {
  const instant = parseInstant(text);
  return instant === undefined ? undefined : instant.seconds * 1_000_000 + instant.micros;
}

export function formatTime(time: Micros): string {
  const seconds = Math.floor(time / 1_000_000);
  return formatInstant({ seconds, micros: time - seconds * 1_000_000 });
}

const EXPECTED = 'an RFC 3339 time with a zone, such as "2026-11-22T09:30:00.123456Z"';

/** A time in a request: any offset, up to 9 fractional digits; parsed to canonical text. */
export const timeInput = z
  .string()
  .transform((text, context) => {
    const canonical = canonicalTime(text);
    if (canonical !== undefined) return canonical;
    context.addIssue({
      code: "custom",
      message: `must be ${EXPECTED}; got ${JSON.stringify(text.slice(0, 40))}`,
      params: { failure: "INVALID_TIME" },
    });
    return z.NEVER;
  })
  .meta({ description: EXPECTED, format: "date-time" });

/** A time we answer with: canonical RFC 3339 text in UTC. */
export const time = z
  .string()
  .meta({ description: "RFC 3339 time in UTC, to the microsecond", format: "date-time" });
