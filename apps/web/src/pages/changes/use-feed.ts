import type { Change } from "@bincard/contracts";
import { useCallback, useEffect, useRef, useState } from "react";
import { bincard } from "../../ledger/client.ts";
import { followWhileSeen } from "../../ledger/follow-while-seen.ts";
import { feedBeginning } from "./feed-beginning.ts";
import { EMPTY, type FeedBuffer, KEPT, released, told } from "./feed-buffer.ts";
import type { Since } from "./search.ts";

const MINUTE = 60_000;
const REACH: Readonly<Record<Exclude<Since, "all">, number>> = {
  "15m": 15 * MINUTE,
  "1h": 60 * MINUTE,
  "24h": 24 * 60 * MINUTE,
  "7d": 7 * 24 * 60 * MINUTE,
};
/** A busy feed is shown this often. */
const SHOW_MILLISECONDS = 100;

export interface Feed extends FeedBuffer {
  readonly isHeld: boolean;
  /** Nothing moves on the screen until it is let go; nothing that comes meanwhile is lost. */
  readonly hold: () => void;
  readonly letGo: () => void;
  /** Whether the feed has been read up to now. */
  readonly isThere: boolean;
  readonly error: unknown;
}

/** The feed from some time ago on, as it grows: every change once, in order, whatever connections do (L9). */
export function useFeed(since: Since): Feed {
  const [buffer, setBuffer] = useState(EMPTY);
  const [isHeld, setHeld] = useState(false);
  const [isThere, setThere] = useState(false);
  const [error, setError] = useState<unknown>();
  const held = useRef(isHeld);
  held.current = isHeld;
  useEffect(() => {
    setBuffer(EMPTY);
    setThere(false);
    setError(undefined);
    const stop = new AbortController();
    const take = gather((changes) =>
      setBuffer((before) => told(before, changes, { isHeld: held.current })),
    );
    const follow = async () => {
      const { after, isCut } = await beginning(since, stop.signal);
      if (isCut) setBuffer((before) => ({ ...before, isCut }));
      await followWhileSeen({
        after,
        signal: stop.signal,
        onPage({ changes, more }) {
          take(changes);
          if (!more) setThere(true);
        },
      });
    };
    follow().catch((thrown: unknown) => {
      if (!stop.signal.aborted) setError(thrown);
    });
    return () => stop.abort();
  }, [since]);
  const letGo = useCallback(() => {
    setHeld(false);
    setBuffer(released);
  }, []);
  const hold = useCallback(() => setHeld(true), []);
  return { ...buffer, isHeld, hold, letGo, isThere, error };
}

async function beginning(since: Since, signal: AbortSignal) {
  const until = Date.now();
  const from = since === "all" ? undefined : until - REACH[since];
  const locate = async (at?: number) =>
    bincard.feed.locate(at === undefined ? {} : { receivedBy: new Date(at).toISOString() }, {
      signal,
    });
  return feedBeginning(locate, { from, until, kept: KEPT });
}

/** Hands on what came in one go, a few times a second. */
function gather(hand: (changes: readonly Change[]) => void): (changes: readonly Change[]) => void {
  let gathered: Change[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (changes) => {
    gathered.push(...changes);
    timer ??= setTimeout(() => {
      timer = undefined;
      const handed = gathered;
      gathered = [];
      hand(handed);
    }, SHOW_MILLISECONDS);
  };
}
