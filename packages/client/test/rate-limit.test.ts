import { createBincard } from "@bincard/client";
import { createApp, Reception } from "@bincard/server";
import { expect, test } from "vitest";
import { makeShelf, onHand, openStage, received, under, fair, URL_OF_APP } from "./stage.ts";

test("a write that came too fast is sent again after the server's wait, under its key, and counts once", async () => {
  const stage = await openStage();
  const shelf = await makeShelf(stage.client());
  const writes = { perSecond: 1, burst: 1 };
  const reception = new Reception({
    ledger: stage.ledger,
    rateLimits: { reads: undefined, writes, strangers: undefined },
  });
  const app = createApp({ ledger: stage.ledger, reception });
  const sky = under(async (url, init) => app.fetch(new Request(url, init)), fair);
  const waits: number[] = [];
  const bincard = createBincard({
    url: URL_OF_APP,
    token: stage.token,
    fetch: sky.fetch,
    retry: { baseMs: 0 },
    onRetry: ({ waitMs, error }) => {
      expect(error).toMatchObject({ code: "RATE_LIMITED", status: 429, retryAfterMs: 1_000 });
      waits.push(waitMs);
    },
  });
  await bincard.changes.create({ changes: [received(shelf, "2")] });
  await bincard.changes.create({ changes: [received(shelf, "3")] });
  expect(waits.length).toBeGreaterThanOrEqual(1);
  for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(1_000);
  const [, first, again] = sky.sent;
  expect(again).toBe(first);
  expect(first).toMatch(/"idempotencyKey":/);
  expect(await onHand(stage.client(), shelf)).toBe("5");
});
