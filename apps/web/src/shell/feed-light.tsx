import { clsx } from "clsx";
import { type FeedStatus, useFeedStatus } from "../ledger/feed-status.ts";

const WORDS: Readonly<Record<FeedStatus, string>> = {
  off: "",
  connecting: "Connecting…",
  live: "Live",
  cut: "Reconnecting…",
  ended: "Not live",
};

/** Whether what is on the screen is told of changes, in a word and a colour. */
export function FeedLight() {
  const status = useFeedStatus();
  return (
    <span
      role="status"
      aria-label="Feed"
      className="inline-flex items-center gap-2 text-sm text-muted"
    >
      {status === "off" ? null : (
        <span
          aria-hidden
          className={clsx(
            "size-2 rounded-full",
            status === "live" && "bg-accent",
            status === "connecting" && "bg-line-strong",
            status === "cut" && "animate-pulse bg-warn",
            status === "ended" && "bg-danger",
          )}
        />
      )}
      {WORDS[status]}
    </span>
  );
}
