import { type Context, FOLLOW, router, streamFeed } from "@bincard/api";
import { type FeedPage, type Ledger, refuse, SCOPES } from "@bincard/contracts";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { describe, expect, onTestFinished, test, vi } from "vitest";

const page = (position: number): FeedPage => ({
  changes: [],
  counts: [],
  cursor: `cursor-${position}`,
  more: false,
  position,
});

type Pages = (signal: AbortSignal) => AsyncIterable<FeedPage>;

/** Only what stands between the ledger and the wire is under test: this ledger tells what it is given. */
function contextOf(pages: Pages): Context {
  const feed = {
    follow: (_principal: unknown, _input: unknown, signal: AbortSignal) => pages(signal),
  };
  const ledger = new Proxy({} as Ledger, { get: () => feed });
  const application = { id: "APP", name: "Test" };
  return { ledger, principal: { merchantId: "M", tokenId: "T", application, scopes: SCOPES } };
}

const ours = (pages: Pages, input: unknown = {}, acceptEncoding: string | null = null): Response =>
  streamFeed({
    rawInput: () => input,
    context: contextOf(pages),
    onError: () => undefined,
    acceptEncoding,
  });
/** As `fetch` hands it out; a sum at its end that is wrong would be an error here. */
const unpacked = (response: Response): Response =>
  new Response(response.body?.pipeThrough(new DecompressionStream("gzip")) ?? null);
const theirs = (pages: Pages, input: unknown = {}): Promise<Response> =>
  fetchRequestHandler({
    endpoint: "/trpc",
    router,
    req: new Request(
      `http://bincard.test/trpc/${FOLLOW}?input=${encodeURIComponent(JSON.stringify(input))}`,
    ),
    createContext: () => contextOf(pages),
  });

/** The events as an EventSource has them, up to so many. */
async function eventsOf(response: Response, most = Infinity): Promise<EventSourceMessage[]> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || events.length >= most) break;
    parser.feed(value);
  }
  await reader.cancel();
  return events;
}

async function* telling(...positions: number[]): AsyncGenerator<FeedPage> {
  for (const position of positions) yield page(position);
  throw refuse("UNAVAILABLE", "the server is stopping", { retryAfterSeconds: 1 });
}

describe("the feed's own stream has the events of tRPC's", () => {
  test("pages, and a refusal in the middle", async () => {
    const pages = () => telling(1, 2, 5);
    const events = await eventsOf(ours(pages));
    expect(events).toEqual(await eventsOf(await theirs(pages)));
    expect(events.map(({ event, id }) => [event, id])).toEqual([
      ["connected", undefined],
      [undefined, "cursor-1"],
      [undefined, "cursor-2"],
      [undefined, "cursor-5"],
      ["serialized-error", undefined],
    ]);
  });

  test("the same compressed, to the end", async () => {
    const pages = () => telling(1, 2, 5);
    const gzip = ours(pages, {}, "gzip, deflate");
    expect(gzip.headers.get("content-encoding")).toBe("gzip");
    expect(await eventsOf(unpacked(gzip))).toEqual(await eventsOf(ours(pages)));
    for (const told of [gzip, ours(pages)])
      expect(told.headers.get("vary")).toBe("accept-encoding");
    expect(ours(pages).headers.get("content-encoding")).toBeNull();
  });

  test.each([{ limit: 0 }, { unknown: 1 }, "text"])("an input at fault: %j", async (input) => {
    const events = await eventsOf(ours(() => telling(), input));
    expect(events).toEqual(await eventsOf(await theirs(() => telling(), input)));
    expect(events.at(-1)?.event).toBe("serialized-error");
  });
});

test.each([null, "gzip"])(
  "while there is nothing to tell it says that it is there: %s",
  async (coding) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    async function* pages(signal: AbortSignal) {
      yield page(1);
      await new Promise((left) => signal.addEventListener("abort", left));
    }
    const response = ours(pages, {}, coding);
    let isOver = false;
    const telling = eventsOf(coding === null ? response : unpacked(response), 4);
    void telling.then(() => (isOver = true));
    while (!isOver) {
      await new Promise((wake) => setTimeout(wake, 5));
      vi.advanceTimersByTime(1_000);
    }
    expect((await telling).map(({ event, id }) => event ?? id)).toEqual([
      "connected",
      "cursor-1",
      "ping",
      "ping",
    ]);
  },
);

test("a page that all followers are handed is written once for all of them", async () => {
  let written = 0;
  const shared: FeedPage = {
    ...page(1),
    get changes() {
      written += 1;
      return [];
    },
  };
  async function* pages() {
    yield shared;
  }
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      eventsOf(index % 2 === 0 ? ours(pages) : unpacked(ours(pages, {}, "gzip"))),
    ),
  );
  expect(new Set(all.map((events) => JSON.stringify(events))).size).toBe(1);
  expect(written).toBe(1);
});

test("the next page is read when the one before was taken; who leaves is let go", async () => {
  let read = 0;
  let signal: AbortSignal | undefined;
  async function* pages(leaving: AbortSignal) {
    signal = leaving;
    for (;;) {
      read += 1;
      yield page(read);
    }
  }
  const reader = ours(pages).body!.getReader();
  await reader.read();
  await reader.read();
  await new Promise((wake) => setTimeout(wake, 20));
  expect(read).toBeLessThanOrEqual(2);
  await reader.cancel();
  expect(signal?.aborted).toBe(true);
});
