import type { Change } from "@bincard/contracts";
import { useEffect, useState } from "react";
import { bincard } from "../../ledger/client.ts";
import { listenToFeed } from "../../ledger/live-feed.ts";

export interface History {
  /** In no order that matters. */
  readonly changes: readonly Change[];
  /** Whether they go back to the very first. */
  readonly isComplete: boolean;
  readonly error: unknown;
}

const NONE: History = { changes: [], isComplete: false, error: undefined };
/** While pages come, and while others work: the picture is drawn anew this often at most. */
const TELL_MILLISECONDS = 250;

/** Every change of an item at a location: the newest first, then back to the beginning, and what comes. */
export function useHistory(catalogObjectId: string, locationId: string | undefined): History {
  const [history, setHistory] = useState(NONE);
  useEffect(() => {
    setHistory(NONE);
    if (locationId === undefined) return undefined;
    return readHistory({ catalogObjectId, locationId }, setHistory);
  }, [catalogObjectId, locationId]);
  return history;
}

function readHistory(
  { catalogObjectId, locationId }: { catalogObjectId: string; locationId: string },
  tell: (history: History) => void,
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const known = new Map<number, Change>();
  const state = { isComplete: false, error: undefined as unknown };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    tell({ changes: [...known.values()], ...state });
  };
  const soon = () => (timer ??= setTimeout(now, TELL_MILLISECONDS));
  const feed = listenToFeed(({ changes }) => {
    const ours = changes.filter(
      (change) => change.catalogObjectId === catalogObjectId && isAt(change, locationId),
    );
    for (const change of ours) known.set(change.position, change);
    if (ours.length > 0) soon();
  });
  const read = async () => {
    await feed.begun;
    let drawn = 0;
    const input = { catalogObjectId, locationIds: [locationId], limit: 1_000 };
    for await (const page of bincard.changes.ofObject.pages(input, { signal })) {
      for (const change of page.changes) known.set(change.position, change);
      state.isComplete = page.cursor === undefined;
      // Folding takes as long as there is to fold: it is done whenever that has doubled, and at the end.
      if (known.size < drawn * 2) continue;
      // The first page is a picture already.
      if (drawn === 0) now();
      else soon();
      drawn = known.size;
    }
    now();
  };
  read().catch((error: unknown) => {
    if (signal.aborted) return;
    state.error = error;
    now();
  });
  return () => {
    stop.abort();
    clearTimeout(timer);
    feed.stop();
  };
}

function isAt(change: Change, locationId: string): boolean {
  if (change.type === "PHYSICAL_COUNT") return change.locationId === locationId;
  return change.fromLocationId === locationId || change.toLocationId === locationId;
}
