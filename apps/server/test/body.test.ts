import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { LIMITS } from "@bincard/contracts";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../src/listen.ts";
import { JSON_BODY, openApp } from "./open-app.ts";

const DOORS = ["/trpc/changes.create", "/v2/inventory/changes/batch-create"] as const;
const CHUNK = 64 * 1_024;
const FIFTY_MB = 50_000_000;

/** What each door says of a body that is too large. */
const SAID = {
  "/trpc/changes.create": ["error.data.failures.0.code", "BODY_TOO_LARGE"],
  "/v2/inventory/changes/batch-create": ["errors.0.code", "REQUEST_ENTITY_TOO_LARGE"],
} as const;

test.each(DOORS)("%s stops reading at the limit", async (path) => {
  const { ask } = await openApp();
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += CHUNK;
      controller.enqueue(new Uint8Array(CHUNK).fill(0x20));
      if (pulled >= FIFTY_MB) controller.close();
    },
  });
  const answer = await ask(path, { method: "POST", headers: JSON_BODY, body, duplex: "half" });
  expect(answer.status).toBe(413);
  const [place, code] = SAID[path];
  expect(await answer.json()).toHaveProperty(place, code);
  expect(pulled).toBeLessThan(LIMITS.bodyBytes + 4 * CHUNK);
});

test.each(DOORS)("%s takes a body of just the limit", async (path) => {
  const { ask } = await openApp();
  const body = `{"idempotencyKey":"k"${" ".repeat(LIMITS.bodyBytes - 22)}}`;
  expect(body).toHaveLength(LIMITS.bodyBytes);
  const answer = await ask(path, { method: "POST", headers: JSON_BODY, body });
  expect(answer.status).toBe(400);
  const over = await ask(path, { method: "POST", headers: JSON_BODY, body: `${body} ` });
  expect(over.status).toBe(413);
});

test.each([
  [DOORS[0], "by its length"],
  [DOORS[0], "in chunks"],
  [DOORS[1], "by its length"],
  [DOORS[1], "in chunks"],
] as const)(
  "50 MB over a socket to %s, sent %s: 413, and the server goes on",
  async (path, how) => {
    const { app, token } = await openApp();
    const { url, close } = await listen(app, { host: "127.0.0.1", port: 0 });
    onTestFinished(close);
    const headers = { ...JSON_BODY, Authorization: `Bearer ${token}` };
    const length = how === "in chunks" ? {} : { "Content-Length": FIFTY_MB };
    const upload = httpRequest(new URL(path, url), {
      method: "POST",
      headers: { ...headers, ...length },
    });
    upload.on("error", () => undefined); // The server may hang up once it has answered.
    const answered = once(upload, "response");
    const chunk = Buffer.alloc(CHUNK, " ");
    for (let sent = 0; sent < FIFTY_MB && !upload.destroyed; sent += CHUNK) {
      const rest = chunk.subarray(0, Math.min(CHUNK, FIFTY_MB - sent));
      if (upload.write(rest)) continue;
      const waiting = new AbortController();
      const drained = once(upload, "drain", { signal: waiting.signal }).catch(() => undefined);
      await Promise.race([drained, answered]);
      waiting.abort();
    }
    const [response] = await answered;
    expect(response.statusCode).toBe(413);
    response.resume();
    upload.destroy();
    expect((await fetch(new URL("/readyz", url))).status).toBe(200);
  },
);
