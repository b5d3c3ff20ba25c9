import { fieldsIn } from "../../ledger/fields-in.ts";
import type { Line } from "./count-sheet.ts";
import type { SheetName } from "./count-store.ts";
import { isLine } from "./kept-before.ts";
import type { OpenSheet } from "./open-sheet.ts";

/**
 * The database takes a line some milliseconds after it was counted, and a tab may be closed within them. Until then the
 * line stands here, where the browser keeps it at once, and whoever opens the sheet next takes it from here.
 */
const TAB = crypto.getRandomValues(new Uint32Array(2)).join("-");
/** Of more lines than these at once nobody was typing: they can be made again by what made them. */
export const LINES_AT_ONCE_MAX = 100;
/** The database has taken it by then, if anybody is there to give it. */
const SETTLED_MILLISECONDS = 1_000;

const prefixOf = ({ merchantId, locationId }: SheetName) =>
  `bincard.unkept.${merchantId}.${locationId}.`;

export interface Unkept {
  /** Which sheet of that location they are of. */
  readonly begunAt: string;
  /** `null`: not counted any more. */
  readonly lines: readonly (readonly [id: string, line: Line | null])[];
}

/** Keeps what these lines of the sheet say until `settle`. */
export function keepAtOnce(name: SheetName, sheet: OpenSheet, ids: ReadonlySet<string>): void {
  if (ids.size === 0 || ids.size > LINES_AT_ONCE_MAX) return;
  const lines = [...ids].map((id) => [id, sheet.line(id) ?? null] as const);
  const unkept: Unkept = { begunAt: sheet.head.begunAt, lines };
  try {
    localStorage.setItem(prefixOf(name) + TAB, JSON.stringify(unkept));
  } catch {
    // The database is where it is kept.
  }
}

/** The database has them. */
export function settle(name: SheetName): void {
  try {
    localStorage.removeItem(prefixOf(name) + TAB);
  } catch {
    // Nothing was kept.
  }
}

/** What tabs left that were closed, and forgets it: a tab that is there settles what it keeps, or keeps more. */
export async function takeUnkept(name: SheetName): Promise<readonly Unkept[]> {
  const before = foundOf(name);
  if (before.size === 0) return [];
  await new Promise((wake) => setTimeout(wake, SETTLED_MILLISECONDS));
  return [...foundOf(name)].flatMap(([key, text]) => {
    if (before.get(key) !== text) return [];
    localStorage.removeItem(key);
    return unkeptIn(text) ?? [];
  });
}

function foundOf(name: SheetName): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(prefixOf(name)) && !key.endsWith(TAB))
        found.set(key, localStorage.getItem(key) ?? "");
  } catch {
    // A browser that keeps nothing has nothing.
  }
  return found;
}

function unkeptIn(text: string): Unkept | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { begunAt, lines } = fieldsIn(given);
  if (typeof begunAt !== "string" || !Array.isArray(lines)) return undefined;
  const sound = lines.flatMap((entry: unknown): Unkept["lines"] => {
    const { 0: id, 1: line } = fieldsIn(entry);
    return typeof id === "string" && (line === null || isLine(line)) ? [[id, line]] : [];
  });
  return { begunAt, lines: sound };
}
