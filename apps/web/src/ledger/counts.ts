import { useEffect, useMemo, useSyncExternalStore } from "react";
import { bincard } from "./client.ts";
import { CountsStore } from "./counts-store.ts";
import { listenToFeed } from "./live-feed.ts";

/** The counts of what is on the screen, kept by the feed. */
export const counts = new CountsStore(async function* load(catalogObjectIds) {
  // What moves while it is read is told by the feed, which must be listening by then: rows are wanted in the
  // same breath in which their screen begins to listen, and may come first.
  await Promise.resolve();
  await listening?.begun;
  const filter = { catalogObjectIds: [...catalogObjectIds], limit: 1_000 };
  for await (const page of bincard.counts.list.pages(filter)) yield page.counts;
});

let listening: ReturnType<typeof listenToFeed> | undefined;
let screens = 0;

/** Keeps the counts live for as long as a screen that shows them does. */
export function useLiveCounts(): CountsStore {
  useEffect(() => {
    screens += 1;
    listening ??= listenToFeed((page) => counts.tell(page.counts));
    return () => {
      screens -= 1;
      if (screens > 0) return;
      listening?.stop();
      listening = undefined;
      // Nothing tells of changes from here on, so all is read again when it is next looked at.
      counts.forget();
    };
  }, []);
  return counts;
}

/** Renders again when a count of this object changes. */
export function useCountsOf(catalogObjectId: string): CountsStore {
  const subscribe = useMemo(
    () => (listener: () => void) => counts.subscribe(listener, catalogObjectId),
    [catalogObjectId],
  );
  useSyncExternalStore(subscribe, () => counts.versionOf(catalogObjectId));
  return counts;
}
