import { useSyncExternalStore } from "react";
import { fieldsIn } from "../../ledger/fields-in.ts";
import type { CountSheet, Line } from "./count-sheet.ts";

/** One for each location of a merchant, in the browser: a closed tab loses nothing. */
const nameOf = (merchantId: string, locationId: string) =>
  `bincard.count.${merchantId}.${locationId}`;

const known = new Map<string, CountSheet | undefined>();
const listeners = new Set<() => void>();
/** Whether the browser took the last sheet it was given. */
let isKept = true;

function changed(): void {
  for (const listener of listeners) listener();
}

// Another tab counts the same shelf: both show what both found.
addEventListener("storage", ({ key }) => {
  if (key !== null && !known.has(key)) return;
  if (key === null) known.clear();
  else known.delete(key);
  changed();
});

function read(name: string): CountSheet | undefined {
  if (known.has(name)) return known.get(name);
  let sheet: CountSheet | undefined;
  try {
    sheet = sheetIn(localStorage.getItem(name));
  } catch {
    // A browser that keeps nothing has nothing.
  }
  known.set(name, sheet);
  return sheet;
}

function keep(name: string, sheet: CountSheet | undefined): void {
  known.set(name, sheet);
  try {
    if (sheet === undefined) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(sheet));
    isKept = true;
  } catch {
    isKept = false;
  }
  changed();
}

/** What was kept, as far as it is a sheet. */
export function sheetIn(text: string | null): CountSheet | undefined {
  if (text === null) return undefined;
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isSheet(given) ? given : undefined;
}

function isSheet(given: unknown): given is CountSheet {
  const { version, locationId, begunAt, isBlind, referenceId, planned, lines, posted } =
    fieldsIn(given);
  return (
    version === 1 &&
    [locationId, begunAt, referenceId].every((text) => typeof text === "string") &&
    typeof isBlind === "boolean" &&
    (posted === undefined || typeof posted === "number") &&
    Array.isArray(planned) &&
    planned.every((id) => typeof id === "string") &&
    typeof lines === "object" &&
    lines !== null &&
    Object.values(lines).every(isLine)
  );
}

function isLine(given: unknown): given is Line {
  const { quantity, at } = fieldsIn(given);
  return typeof quantity === "string" && typeof at === "string";
}

export interface KeptSheet {
  readonly sheet: CountSheet | undefined;
  /** False when the browser keeps nothing, or is full. */
  readonly isKept: boolean;
  /**
   * Changes the sheet as it is now, also when another tab has changed it meanwhile, and answers what it is then;
   * `undefined` when there is none any more.
   */
  readonly change: (how: (sheet: CountSheet) => CountSheet) => CountSheet | undefined;
  readonly begin: (sheet: CountSheet) => void;
  readonly end: () => void;
}

export function useKeptSheet(merchantId: string, locationId: string): KeptSheet {
  const name = nameOf(merchantId, locationId);
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const sheet = useSyncExternalStore(subscribe, () => read(name));
  const kept = useSyncExternalStore(subscribe, () => isKept);
  return {
    sheet,
    isKept: kept,
    change(how) {
      const now = read(name);
      if (now === undefined) return undefined;
      const next = how(now);
      keep(name, next);
      return next;
    },
    begin: (begun) => keep(name, begun),
    end: () => keep(name, undefined),
  };
}
