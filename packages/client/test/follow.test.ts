import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Router } from "@bincard/api";
import { type Bincard, type Fetch, type FeedPage, isBincardError } from "@bincard/client";
import { listen } from "@bincard/server";
import { createTRPCClient, httpSubscriptionLink } from "@trpc/client";
import { EventSource } from "eventsource";
import { expect, onTestFinished, test } from "vitest";
import { makeShelf, openStage, received, type Shelf, type Stage } from "./stage.ts";

interface Following {
  readonly pages: FeedPage[];
  readonly told: () => string[];
  /** How it ended. */
  readonly ended: Promise<unknown>;
  leave(): void;
}

function follow({ feed }: Bincard, after?: string, limit?: number): Following {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const pages: FeedPage[] = [];
  const run = async () => {
    for await (const page of feed.follow({ after, limit }, { signal: leaving.signal }))
      pages.push(page);
  };
  return {
    pages,
    told: () => pages.flatMap(({ changes }) => changes.map(({ quantity }) => quantity)),
    ended: run().catch((error: unknown) => error),
    leave: () => leaving.abort(),
  };
}

const until = async (condition: () => boolean) => {
  while (!condition()) await sleep(5);
};

const receive = (bincard: Bincard, shelf: Shelf, ...quantities: string[]) =>
  bincard.changes.create({ changes: quantities.map((quantity) => received(shelf, quantity)) });

/** Hands the bytes of an answer on, and cuts it off after so many of them. */
function cutting(fetch: Fetch, bytes: () => number): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.body === null || !url.endsWith("feed.follow")) return response;
    let left = bytes();
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, left));
        left -= chunk.byteLength;
        if (left <= 0) controller.error(new TypeError("terminated"));
      },
    });
    return new Response(response.body.pipeThrough(cut), response);
  };
}

async function stageWithShelf(): Promise<{ stage: Stage; bincard: Bincard; shelf: Shelf }> {
  const stage = await openStage();
  const bincard = stage.client();
  return { stage, bincard, shelf: await makeShelf(bincard) };
}

test("the first page comes at once; every commit follows, its counts with it", async () => {
  const { bincard, shelf } = await stageWithShelf();
  const following = follow(bincard);
  await until(() => following.pages.length === 1);
  expect(following.pages[0]).toMatchObject({ changes: [], counts: [], more: false, position: 0 });
  const { position } = await receive(bincard, shelf, "2", "3");
  await until(() => following.told().length === 2);
  expect(following.pages[1]).toMatchObject({ counts: [{ quantity: "5", position }], position });
  following.leave();
  expect(isBincardError(await following.ended, "ABORTED")).toBe(true);
});

test("L9: connections cut anywhere, mid-page too: nothing is missed and nothing repeated", async () => {
  const { stage, bincard, shelf } = await stageWithShelf();
  let connections = 0;
  const fetch = cutting(stage.fetch, () => {
    connections += 1;
    return 200 + ((connections * 7_919) % 6_000);
  });
  const following = follow(stage.client({ fetch }), undefined, 3);
  const sent: string[] = [];
  for (let n = 1; n <= 60; n += 1) {
    await receive(bincard, shelf, String(n), `${n}.5`);
    sent.push(String(n), `${n}.5`);
  }
  await until(() => following.told().length >= sent.length);
  expect(following.told()).toEqual(sent);
  expect(connections).toBeGreaterThan(10);
});

test("a server that is gone is waited for; a refusal that stays is thrown", async () => {
  const { stage, bincard, shelf } = await stageWithShelf();
  const made = await bincard.tokens.create({
    application: { name: "Screen" },
    scopes: ["INVENTORY_READ"],
  });
  let isGone = true;
  const retried: string[] = [];
  const client = stage.client({
    token: made.token,
    retry: { baseMs: 5 },
    fetch: async (url, init) => {
      if (isGone) throw new TypeError("fetch failed");
      return stage.fetch(url, init);
    },
    onRetry: ({ operation, error }) => retried.push(`${operation} ${error.code}`),
  });
  const following = follow(client);
  await until(() => retried.length >= 6);
  expect(new Set(retried)).toEqual(new Set(["feed.follow NETWORK_FAULT"]));
  isGone = false;
  await receive(bincard, shelf, "1");
  await until(() => following.told().length === 1);
  await bincard.tokens.revoke({ id: made.info.id });
  const error = await following.ended;
  expect(isBincardError(error, "TOKEN_REVOKED")).toBe(true);
  expect(error).toMatchObject({ name: "AuthenticationError", status: 401 });
  const refused = await follow(client).ended;
  expect(isBincardError(refused, "TOKEN_REVOKED")).toBe(true);
  const lost = await follow(bincard, "not-a-cursor").ended;
  expect(isBincardError(lost, "INVALID_CURSOR")).toBe(true);
});

test("silence is taken for a dead connection", async () => {
  const { stage, bincard, shelf } = await stageWithShelf();
  let connections = 0;
  const client = stage.client({
    async fetch(url, init) {
      connections += 1;
      if (connections > 1) return stage.fetch(url, init);
      const hello = 'event: connected\ndata: {"reconnectAfterInactivityMs":50}\n\n';
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(hello));
          init.signal?.addEventListener("abort", () => controller.error(init.signal?.reason));
        },
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
  });
  const following = follow(client);
  await receive(bincard, shelf, "4");
  await until(() => following.told().length === 1);
  expect(connections).toBe(2);
});

test("a server that takes the connection and says nothing is left for another one", async () => {
  const { stage, bincard, shelf } = await stageWithShelf();
  let connections = 0;
  const mute = createServer((_, response) => {
    connections += 1;
    // The second one says that a stream begins, and not a word more.
    if (connections === 2)
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
  });
  mute.listen(0, "127.0.0.1");
  await once(mute, "listening");
  onTestFinished(() => {
    mute.closeAllConnections();
    mute.close();
  });
  const address = mute.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const retried: string[] = [];
  const client = stage.client({
    retry: { baseMs: 0, attemptMs: 100 },
    fetch: async (url, init) =>
      connections < 2 ? fetch(`http://127.0.0.1:${port}/`, init) : stage.fetch(url, init),
    onRetry: ({ error }) => retried.push(error.code),
  });
  const following = follow(client);
  await receive(bincard, shelf, "4");
  await until(() => following.told().length === 1);
  expect(connections).toBe(2);
  expect(retried).toEqual(["NETWORK_FAULT", "NETWORK_FAULT"]);
});

test("a reader that takes its time holds nothing in memory: the next page is read when it is wanted", async () => {
  const { stage, bincard, shelf } = await stageWithShelf();
  for (let n = 0; n < 40; n += 1)
    await receive(bincard, shelf, ...Array.from({ length: 100 }, () => "1"));
  let bytes = 0;
  const client = stage.client({
    async fetch(url, init) {
      const response = await stage.fetch(url, init);
      const counting = new TransformStream<Uint8Array, Uint8Array>(
        {
          transform(chunk, controller) {
            bytes += chunk.byteLength;
            controller.enqueue(chunk);
          },
        },
        { highWaterMark: 1 },
        { highWaterMark: 0 },
      );
      return new Response(response.body?.pipeThrough(counting), response);
    },
  });
  const pages = client.feed.follow({ limit: 100 });
  const first = await pages.next();
  // While as much is read by page as a reader that reads ahead would hold by now.
  for (let page = 0; page < 40; page += 1) await bincard.feed.read({ limit: 100 });
  const onePage = JSON.stringify(first.value).length;
  expect(bytes).toBeGreaterThanOrEqual(onePage);
  expect(bytes).toBeLessThan(6 * onePage);
  await pages.return();
});

test("waitFor: what was written has been dealt with", async () => {
  const { bincard, shelf } = await stageWithShelf();
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const onShelf = new Map<string, string>();
  void (async () => {
    for await (const { counts } of bincard.feed.follow({}, { signal: leaving.signal }))
      for (const { locationId, quantity } of counts) onShelf.set(locationId, quantity);
  })().catch(() => undefined);
  const { position } = await receive(bincard, shelf, "8");
  await bincard.waitFor(position);
  expect(onShelf.get(shelf.locationId)).toBe("8");
  await bincard.waitFor(position);
  const late = await bincard.waitFor(position + 1, { timeoutMs: 20 }).catch((error) => error);
  expect(isBincardError(late, "TIMED_OUT")).toBe(true);
  const patient = bincard.waitFor(position + 1, { timeoutMs: Infinity });
  await receive(bincard, shelf, "1");
  await patient;
  const signal = AbortSignal.abort();
  const aborted = await bincard.waitFor(position + 2, { signal }).catch((error) => error);
  expect(isBincardError(aborted, "ABORTED")).toBe(true);
});

test("tRPC's own subscription link follows it too, by EventSource, and resumes", async () => {
  const { stage, bincard, shelf } = await stageWithShelf();
  const server = await listen(stage.app, { host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const asked: string[] = [];
  const trpc = createTRPCClient<Router>({
    links: [
      httpSubscriptionLink({
        url: `${server.url}/trpc`,
        EventSource,
        eventSourceOptions: {
          fetch: async (url, init) => {
            asked.push(`${String(url)} ${new Headers(init.headers).get("last-event-id") ?? ""}`);
            const headers = { ...init.headers, authorization: `Bearer ${stage.token}` };
            // The first connection ends after the first page with changes.
            const response = await fetch(url, { ...init, headers });
            return asked.length > 1 ? response : endingAfter(response, '"changes":[{');
          },
        },
      }),
    ],
  });
  const told: string[] = [];
  const subscription = trpc.feed.follow.subscribe(
    {},
    { onData: ({ data }) => told.push(...data.changes.map(({ quantity }) => quantity)) },
  );
  onTestFinished(() => subscription.unsubscribe());
  await receive(bincard, shelf, "1");
  await until(() => told.length === 1);
  await receive(bincard, shelf, "2");
  await until(() => told.length === 2);
  expect(told).toEqual(["1", "2"]);
  expect(asked.at(-1)).toMatch(/ \S+$/);
});

function endingAfter(response: Response, words: string): Response {
  let text = "";
  const ending = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      text += new TextDecoder().decode(chunk);
      if (text.includes(words) && text.endsWith("\n\n")) controller.terminate();
    },
  });
  return new Response(response.body?.pipeThrough(ending), response);
}
