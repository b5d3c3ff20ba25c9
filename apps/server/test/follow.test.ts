import { randomUUID } from "node:crypto";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { openLedger } from "@bincard/core";
import { expect, onTestFinished, test } from "vitest";
import { createApp } from "../src/app.ts";
import { Gate } from "../src/gate.ts";
import { listen } from "../src/listen.ts";
import { openApp } from "./open-app.ts";
import { until } from "./until.ts";

/** A follower on a socket of its own, with everything it was told. */
async function follow(url: string, token: string, { method = "POST", query = "" } = {}) {
  let text = "";
  const asking = httpRequest(new URL(`/trpc/feed.follow${query}`, url), {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
  });
  asking.on("error", () => undefined);
  const answered = new Promise<IncomingMessage>((resolve) => asking.once("response", resolve));
  asking.end(method === "POST" ? "{}" : undefined);
  const response = await answered;
  response.on("data", (data: Buffer) => void (text += data.toString()));
  response.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => response.once("close", resolve));
  return { response, told: () => text, closed, cut: () => asking.destroy() };
}

/** A server whose ledger tells how many follow it. */
async function openServer() {
  const { database, token } = await openApp();
  const ledger = openLedger({ databaseUrl: database.url });
  let inside = 0;
  const gate = new Gate();
  const { feed } = ledger;
  gate.open({
    ...ledger,
    feed: {
      ...feed,
      async *follow(...asked) {
        inside += 1;
        try {
          yield* feed.follow(...asked);
        } finally {
          inside -= 1;
        }
      },
    },
  });
  const server = await listen(createApp({ ledger: gate }), { host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    await server.close();
    await ledger.close();
  });
  return { gate, ledger, server, token, inside: () => inside };
}

interface Answered {
  readonly locations: readonly { readonly id: string }[];
  readonly idMappings: readonly { readonly clientObjectId: string; readonly objectId: string }[];
}

/** Makes an item, and answers what receives so many of it, in a batch. */
async function openShelf(url: string, token: string) {
  const post = async (operation: string, input: object) => {
    const response = await fetch(new URL(`/trpc/${operation}`, url), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(input),
    });
    expect(response.status).toBe(200);
    return ((await response.json()) as { result: { data: Answered } }).result.data;
  };
  const { locations } = await post("locations.list", {});
  const { idMappings } = await post("catalog.upsert", {
    idempotencyKey: "shelf",
    objects: [{ type: "ITEM", id: "#i", name: "Tea", variations: [{ id: "#v", name: "Tea" }] }],
  });
  const made = idMappings.find(({ clientObjectId }) => clientObjectId === "#v");
  const common = {
    type: "ADJUSTMENT",
    catalogObjectId: made?.objectId,
    locationId: locations[0]?.id,
  };
  return async (quantities: readonly string[]) => {
    const changes = quantities.map((quantity) => ({
      ...common,
      fromState: "NONE",
      toState: "IN_STOCK",
      quantity,
      occurredAt: new Date().toISOString(),
    }));
    await post("changes.create", { idempotencyKey: randomUUID(), changes });
  };
}

test("follows by POST and by GET, as what it is", async () => {
  const { server, token } = await openServer();
  for (const asked of [{}, { method: "GET", query: "?input=%7B%22limit%22%3A5%7D" }]) {
    const follower = await follow(server.url, token, asked);
    expect(follower.response.statusCode).toBe(200);
    expect(follower.response.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": expect.stringContaining("no-store"),
      "x-accel-buffering": "no",
    });
    await until(() => follower.told().includes('"changes":[]'));
    expect(follower.told()).toMatch(
      /^event: connected\ndata: \{"reconnectAfterInactivityMs":\d+\}\n/,
    );
    expect(follower.told()).toMatch(/\nid: \S+\n/);
    follower.cut();
  }
});

test("who takes gzip is told in gzip, each page as it comes", async () => {
  const { ledger, server, token } = await openServer();
  const receive = await openShelf(server.url, token);
  const response = await fetch(new URL("/trpc/feed.follow", server.url), {
    headers: { authorization: `Bearer ${token}`, "accept-encoding": "gzip" },
  });
  expect(response.headers.get("content-encoding")).toBe("gzip");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let told = "";
  const tell = async (words: string) => {
    while (!told.includes(words)) told += (await reader.read()).value ?? "";
  };
  await tell('"changes":[]');
  // Long enough to be compressed, and short.
  for (const quantities of [["1.5"], Array.from({ length: 50 }, () => "2.25"), ["3"]]) {
    await receive(quantities);
    await tell(`"quantity":"${quantities[0]}"`);
  }
  ledger.dismissFollowers("over");
  for (let read = await reader.read(); !read.done; read = await reader.read()) told += read.value;
  expect(told).toContain("event: serialized-error");
});

test("a follower whose connection is gone is let go", async () => {
  const { server, token, inside } = await openServer();
  const followers = await Promise.all([1, 2, 3].map(() => follow(server.url, token)));
  await until(() => inside() === 3);
  for (const { cut } of followers) cut();
  await until(() => inside() === 0);
});

test("a drain ends followers with UNAVAILABLE, and does not wait for them", async () => {
  const { gate, server, token, inside } = await openServer();
  const follower = await follow(server.url, token);
  await until(() => follower.told().includes('"changes":[]'));
  gate.shut("Bincard is stopping");
  await server.drain();
  await follower.closed;
  expect(inside()).toBe(0);
  const [, error = ""] = /event: serialized-error\ndata: (.*)\n/.exec(follower.told()) ?? [];
  expect(JSON.parse(error)).toMatchObject({
    data: { failures: [{ code: "UNAVAILABLE", retryAfterSeconds: 1 }] },
  });
});

test.each([
  ["?input=%7B", "MALFORMED_JSON"],
  ["?input=%7B%22after%22%3A%22x%22%7D", "INVALID_CURSOR"],
  ["?input=%7B%22limit%22%3A0%7D", "TOO_LOW"],
  ["?input=%7B%7D&lastEventId=x", "INVALID_CURSOR"],
])("%s is %s, told as an event, which an EventSource can read", async (query, code) => {
  const { server, token } = await openServer();
  const follower = await follow(server.url, token, { method: "GET", query });
  await follower.closed;
  expect(follower.told()).toContain("event: serialized-error");
  expect(follower.told()).toContain(`"code":"${code}"`);
});

test("who may not ask at all is refused as everywhere", async () => {
  const { server } = await openServer();
  const follower = await follow(server.url, "wrong");
  await follower.closed;
  expect(follower.response.statusCode).toBe(401);
  expect(follower.told()).toContain("UNAUTHENTICATED");
});
