import { once } from "node:events";
import { type ClientRequest, request } from "node:http";
import { quantile } from "../statistics.ts";
import { serve } from "./serve.ts";

export interface FollowersSettings {
  readonly url: string;
  readonly token: string;
}

/** How many are to follow from now on; 0 sends all of them away. */
export interface Following {
  readonly followers: number;
}

/** What was seen since the last question. */
export interface Seen {
  readonly bytes: number;
  /** Changes that the one who reads what it is told has read. */
  readonly changes: number;
  /** Milliseconds from a change's receipt to its arrival there. */
  readonly p50: number;
  readonly p99: number;
}

/** Apps that follow one merchant's feed. One of them reads what it is told; the others take it and look away. */
await serve(async (settings) => {
  const { url, token } = settings as FollowersSettings;
  let following: ClientRequest[] = [];
  let bytes = 0;
  let lags: number[] = [];
  const authorization = `Bearer ${token}`;
  /** The end of the feed as it is now. */
  const locate = async (): Promise<string> => {
    const answer = await fetch(new URL("/trpc/feed.locate", url), { headers: { authorization } });
    const { result } = (await answer.json()) as { result: { data: { cursor: string } } };
    return result.data.cursor;
  };
  const follow = async (after: string, isReader: boolean) => {
    const input = encodeURIComponent(JSON.stringify({ after }));
    const asking = request(new URL(`/trpc/feed.follow?input=${input}`, url), {
      agent: false,
      headers: { authorization, accept: "text/event-stream" },
    });
    asking.end();
    const [response] = (await once(asking, "response")) as [NodeJS.ReadableStream];
    asking.on("error", () => undefined);
    response.on("error", () => undefined);
    let rest = "";
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (!isReader) return;
      const now = Date.now();
      const lines = (rest + chunk.toString("latin1")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines)
        for (const [, createdAt = ""] of line.matchAll(/"createdAt":"([^"]+)"/g))
          lags.push(now - Date.parse(createdAt));
    });
    return asking;
  };
  const leave = () => {
    for (const asking of following) asking.destroy();
    following = [];
  };
  return {
    async answer(question): Promise<Seen> {
      const { followers } = question as Following;
      leave();
      if (followers > 0) {
        const end = await locate();
        const all = Array.from({ length: followers }, (_, index) => follow(end, index === 0));
        following = await Promise.all(all);
      }
      const sorted = lags.toSorted((a, b) => a - b);
      const seen = {
        bytes,
        changes: sorted.length,
        p50: quantile(sorted, 0.5),
        p99: quantile(sorted, 0.99),
      };
      bytes = 0;
      lags = [];
      return seen;
    },
    async close() {
      leave();
    },
  };
});
