import type { FeedPage } from "@bincard/client";
import { sayFailure } from "../components/toasts.tsx";
import { bincard } from "./client.ts";
import { followWhileSeen } from "./follow-while-seen.ts";

type Listener = (page: FeedPage) => void;

const listeners = new Set<Listener>();
let running: { readonly begun: Promise<void>; readonly stop: AbortController } | undefined;

/**
 * Tells every page of the feed from now on. What is read after `begun` is told about every later change, so
 * nothing is missed between reading and listening. All listeners share one connection.
 */
export function listenToFeed(listener: Listener): {
  readonly begun: Promise<void>;
  readonly stop: () => void;
} {
  listeners.add(listener);
  running ??= begin();
  return {
    begun: running.begun,
    stop() {
      listeners.delete(listener);
      // A screen that follows another takes the connection over.
      setTimeout(() => {
        if (listeners.size > 0) return;
        running?.stop.abort();
        running = undefined;
      }, 1_000);
    },
  };
}

function begin() {
  const stop = new AbortController();
  const { signal } = stop;
  const located = bincard.feed.locate({}, { signal });
  const onPage = (page: FeedPage) => {
    for (const listener of listeners) listener(page);
  };
  located
    .then(async ({ cursor }) => followWhileSeen({ after: cursor, onPage, signal }))
    .catch((error: unknown) => {
      if (!signal.aborted) sayFailure(error);
    });
  return { begun: located.then(() => undefined), stop };
}
