import { useEffect, useMemo, useSyncExternalStore } from "react";
import { listenToFeed } from "../../ledger/live-feed.ts";
import { Comparison } from "./comparison.ts";
import { ledgerThen } from "./ledger-then.ts";
import type { OpenSheet } from "./open-sheet.ts";

/** What happens within that is asked about at once. */
const TOGETHER_MILLISECONDS = 100;

/**
 * Kept up with the sheet and with whatever happens at this location, so that what is reviewed is so; but not while it is
 * posted, when what happens is that.
 */
export function useComparison(sheet: OpenSheet, isPosting: boolean): Comparison {
  const { locationId } = sheet.head;
  const comparison = useMemo(
    () => new Comparison(async (lines, signal) => ledgerThen(locationId, lines, signal)),
    [locationId],
  );
  useSyncExternalStore(comparison.subscribe, () => comparison.version);
  useEffect(() => {
    if (isPosting) return undefined;
    const moved = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        comparison.moved(moved);
        moved.clear();
        comparison.compare(sheet.lines());
      }, TOGETHER_MILLISECONDS);
    };
    const listening = listenToFeed(({ counts }) => {
      for (const { locationId: at, catalogObjectId: id } of counts)
        if (at === locationId && sheet.line(id) !== undefined) moved.add(id);
      if (moved.size > 0) soon();
    });
    const forget = sheet.subscribe(soon);
    comparison.compare(sheet.lines());
    return () => {
      clearTimeout(timer);
      forget();
      listening.stop();
      comparison.pause();
    };
  }, [comparison, sheet, locationId, isPosting]);
  return comparison;
}
