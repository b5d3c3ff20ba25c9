import type { Socket } from "node:net";
import { endOf, type Feed, readFeed, takeFeed } from "../feed-takers.ts";
import { quantile } from "../statistics.ts";
import { serve } from "./serve.ts";

export type FollowersSettings = Feed;

/** How many are to follow from now on; 0 sends all of them away. */
export interface Following {
  readonly followers: number;
}

/** What was seen since the last question. */
export interface Seen {
  /** On the wire, to all of them. */
  readonly bytes: number;
  /** Changes whose arrival was looked at. */
  readonly changes: number;
  /** Milliseconds from a change's receipt to its arrival at the one who reads. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Apps that follow one merchant's feed, and ask for gzip as `fetch` and browsers do. One of them reads what
 * it is told; the others stand for other people's machines, so they take the bytes and look away.
 */
await serve(async (settings) => {
  const feed = settings as FollowersSettings;
  let reading = new AbortController();
  let taking: Socket[] = [];
  let bytes = 0;
  let lags: number[] = [];
  const leave = () => {
    reading.abort();
    reading = new AbortController();
    for (const socket of taking) socket.destroy();
    taking = [];
  };
  return {
    async answer(question): Promise<Seen> {
      const { followers } = question as Following;
      leave();
      if (followers > 0) {
        const after = await endOf(feed);
        const { signal } = reading;
        await readFeed(feed, { after, signal, heard: (lag) => lags.push(lag) });
        const took = (length: number) => (bytes += length);
        const others = Array.from({ length: followers - 1 }, () => takeFeed(feed, { after, took }));
        taking = await Promise.all(others);
      }
      const sorted = lags.toSorted((a, b) => a - b);
      const [p50, p99] = [quantile(sorted, 0.5), quantile(sorted, 0.99)];
      const seen = { bytes, changes: sorted.length, p50, p99 };
      bytes = 0;
      lags = [];
      return seen;
    },
    async close() {
      leave();
    },
  };
});
