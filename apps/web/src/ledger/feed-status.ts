import { useSyncExternalStore } from "react";

/** "off": nothing on the screen follows the feed. "ended": it was refused for good. */
export type FeedStatus = "off" | "connecting" | "live" | "cut" | "ended";

/** What is shown of several: the first of these that one of them is. */
const WORST_FIRST = ["cut", "ended", "connecting", "live"] as const;

const followers = new Map<symbol, Exclude<FeedStatus, "off">>();
const listeners = new Set<() => void>();
let status: FeedStatus = "off";

function look(): void {
  const all = new Set(followers.values());
  const next = WORST_FIRST.find((each) => all.has(each)) ?? "off";
  if (next === status) return;
  status = next;
  for (const listener of listeners) listener();
}

/** One connection to the feed, from its beginning to its end. */
export function beginFollowing(): {
  readonly report: (status: Exclude<FeedStatus, "off">) => void;
  readonly end: () => void;
} {
  const follower = Symbol("follower");
  return {
    report(next) {
      followers.set(follower, next);
      look();
    },
    end() {
      followers.delete(follower);
      look();
    },
  };
}

/** A connection is being made anew: the server is one for all of them. */
export function reportCut(): void {
  for (const follower of followers.keys()) followers.set(follower, "cut");
  look();
}

/** How the feed of what is on the screen is doing. */
export function useFeedStatus(): FeedStatus {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => status,
  );
}
