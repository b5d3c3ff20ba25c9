import { formatTime, type Micros } from "@bincard/contracts";

/**
 * Postgres prints a timestamptz as `2026-11-22 09:30:00.12189+00` (our sessions are in UTC): the
 * contract's canonical text but for three characters. It never passes through `Date`, which would
 * cut the microseconds.
 */
export function timeOf(printed: string): string {
  return `${printed.slice(0, 10)}T${printed.slice(11, -3)}Z`;
}

/** Microseconds since 1970; -Infinity for Postgres' `-infinity`. */
export function microsOf(printed: string): Micros {
  if (printed === "-infinity") return -Infinity;
  const seconds = Date.parse(`${printed.slice(0, 10)}T${printed.slice(11, 19)}Z`) / 1_000;
  const fraction = printed.slice(20, -3);
  return seconds * 1_000_000 + (fraction === "" ? 0 : Number(fraction.padEnd(6, "0")));
}

/** What Postgres reads back as the same instant. */
export function instantOf(time: Micros): string {
  return time === -Infinity ? "-infinity" : formatTime(time);
}
