import { useCallback, useSyncExternalStore } from "react";
import type { Line } from "./count-sheet.ts";
import type { Listed, OpenSheet } from "./open-sheet.ts";

/** Renders again after each change of the sheet: for sums, not for lines. */
export function useSums(sheet: OpenSheet): OpenSheet {
  useSyncExternalStore(sheet.subscribe, () => sheet.version);
  return sheet;
}

/** Renders again when a line joins or leaves this list. */
export function useList(sheet: OpenSheet, listed: Listed): void {
  useSyncExternalStore(sheet.subscribe, () => sheet.shapeOf(listed));
}

export function useLast(sheet: OpenSheet): string | undefined {
  return useSyncExternalStore(sheet.subscribe, () => sheet.head.last);
}

/** Renders again when this line says something else, or when it was the last and is no more. */
export function useLine(
  sheet: OpenSheet,
  id: string,
): { readonly line: Line | undefined; readonly isLast: boolean } {
  const subscribe = useCallback(
    (listener: () => void) => sheet.subscribeTo(id, listener),
    [sheet, id],
  );
  const line = useSyncExternalStore(subscribe, () => sheet.line(id));
  const isLast = useSyncExternalStore(subscribe, () => sheet.head.last === id);
  return { line, isLast };
}
