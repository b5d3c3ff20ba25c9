import type { FeedPage } from "@bincard/client";
import { bincard } from "./client.ts";
import { beginFollowing } from "./feed-status.ts";

/** A browser has six connections for a server: a tab that nobody looks at gives its own back. */
const UNSEEN_MILLISECONDS = 20_000;

export interface Following {
  /** A cursor of the feed; its beginning when left out. */
  readonly after: string | undefined;
  readonly onPage: (page: FeedPage) => void;
  readonly signal: AbortSignal;
}

/**
 * The feed from a cursor on, for as long as the page is looked at; a page that is looked at again goes on
 * where it was. Every change once, in order (L9). Resolves when `signal` ends it, rejects when refused.
 */
export async function followWhileSeen({ after, onPage, signal }: Following): Promise<void> {
  let cursor = after;
  const following = beginFollowing();
  while (!signal.aborted) {
    await seen(signal);
    const watch = watchUnseen(signal);
    following.report("connecting");
    try {
      for await (const page of bincard.feed.follow({ after: cursor }, { signal: watch.signal })) {
        following.report("live");
        cursor = page.cursor;
        onPage(page);
      }
    } catch (error) {
      if (!watch.signal.aborted) {
        following.report("ended");
        throw error;
      }
    } finally {
      watch.stop();
    }
  }
  following.end();
}

async function seen(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === "visible" || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const look = () => {
      if (document.visibilityState !== "visible" && !signal.aborted) return;
      document.removeEventListener("visibilitychange", look);
      signal.removeEventListener("abort", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
    signal.addEventListener("abort", look);
  });
}

/** A signal that ends with the given one, or when the page was out of sight for long. */
function watchUnseen(signal: AbortSignal): { readonly signal: AbortSignal; stop(): void } {
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => ended.abort();
  const look = () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") timer = setTimeout(end, UNSEEN_MILLISECONDS);
  };
  document.addEventListener("visibilitychange", look);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  return {
    signal: ended.signal,
    stop() {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
      signal.removeEventListener("abort", end);
    },
  };
}
