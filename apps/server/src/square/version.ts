import { wireRefusal } from "./failures.ts";

/**
 * Square's inventory messages come in two shapes. A: one `location_id` on an adjustment, and TRANSFER
 * changes. B, since Square-Version 2026-07-15: `from_location_id` and `to_location_id`, and a move between
 * locations is an ADJUSTMENT.
 */
export type Dialect = "A" | "B";

export interface SquareVersion {
  /** What the answer's `Square-Version` header says. */
  readonly name: string;
  readonly dialect: Dialect;
}

const FIRST_OF_B = "2026-07-15";

/** What a request without the header gets: the newest version that speaks dialect A. */
export const DEFAULT_VERSION: SquareVersion = { name: "2026-05-20", dialect: "A" };

/**
 * The version a request asks for; `undefined` when the header is not a date. Any calendar date will do, since
 * only the one change of shape matters here.
 */
export function readVersion(header: string | undefined): SquareVersion | undefined {
  if (header === undefined) return DEFAULT_VERSION;
  const name = header.trim();
  // Dates of four, two and two digits sort as text.
  return isDate(name) ? { name, dialect: name < FIRST_OF_B ? "A" : "B" } : undefined;
}

export function unreadableVersion() {
  return wireRefusal({
    code: "INVALID_VALUE",
    squareCode: "INVALID_SQUARE_VERSION_FORMAT",
    message: 'Square-Version must be a date such as "2026-09-16"',
    path: [],
  });
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const midnight = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}
