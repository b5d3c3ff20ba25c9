import type { CountSheet, Head, Line } from "./count-sheet.ts";

/** A change of some lines of a sheet, and what is known of them after it. */
export interface Touched {
  readonly head: Head;
  /** `undefined` for one that is not counted. */
  readonly lines: ReadonlyMap<string, Line | undefined>;
  /** Those that have left the sheet because the ledger has them. */
  readonly posted: readonly string[];
}

/** What a change makes of a part of a sheet, all of whose lines are planned. */
export function touchedBy(part: CountSheet, how: (sheet: CountSheet) => CountSheet): Touched {
  const { planned, lines, ...head } = how(part);
  const isPlanned = new Set(planned);
  const ids = new Set([...part.planned, ...Object.keys(lines)]);
  return {
    head,
    lines: new Map([...ids].map((id) => [id, lines[id]])),
    posted: part.planned.filter((id) => !isPlanned.has(id)),
  };
}
