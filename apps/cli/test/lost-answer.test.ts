import type { Fetch } from "@bincard/client";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.type(["items", "create", "Blue mug", "--sku", "MUG"]);
});
afterAll(async () => world.end());

/** What becomes of the answer of a request that took effect. */
type Fate = (answer: Response, leave: AbortController, signal: AbortSignal) => Promise<Response>;

const FATES: Record<string, { fate: Fate; ends: [number, string]; request?: string }> = {
  "is cut off": {
    ends: [8, "NETWORK_FAULT"],
    async fate(answer) {
      await answer.body?.cancel();
      throw new TypeError("fetch failed");
    },
  },
  "becomes the 503 of a server that stops": {
    ends: [8, "UNAVAILABLE"],
    async fate(answer) {
      await answer.body?.cancel();
      const failures = [{ code: "UNAVAILABLE", message: "the server is stopping", path: [] }];
      const data = { code: "SERVICE_UNAVAILABLE", httpStatus: 503, failures };
      return Response.json(
        { error: { message: "the server is stopping", code: -32_603, data } },
        { status: 503, headers: { "x-request-id": "request-1" } },
      );
    },
    request: "request-1",
  },
  "becomes a proxy's page": {
    ends: [8, "UNREADABLE_ANSWER"],
    async fate(answer) {
      await answer.body?.cancel();
      const headers = { "content-type": "text/html" };
      return new Response("<h1>Bad gateway</h1>", { status: 502, headers });
    },
  },
  "hangs until Ctrl-C": {
    ends: [130, "INTERRUPTED"],
    async fate(answer, leave, signal) {
      await answer.body?.cancel();
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        leave.abort();
      });
    },
  },
};

interface Told {
  readonly code: string;
  readonly hint: string;
  readonly key?: string;
  readonly request?: string;
}

/** Types a command whose answer to one procedure meets its fate, every time it is sent. */
async function typeAndLose(words: readonly string[], procedure: string, fate: Fate) {
  const leave = new AbortController();
  const losing: Fetch = async (url, init) => {
    const answer = await fetch(url, init);
    return url.includes(procedure)
      ? fate(answer, leave, init.signal ?? new AbortController().signal)
      : answer;
  };
  const { code, stderr } = await world.type([...words, "--json"], {
    interrupted: leave.signal,
    fetch: losing,
  });
  const { error }: { error: Told } = JSON.parse(stderr);
  const settles = error.hint.replace(/^.*: bincard /, "").split(" ");
  return { code, error, settles };
}

const onHand = async () =>
  (await world.client.counts.list()).counts.map(({ quantity }) => Number(quantity))[0] ?? 0;

let before: number;
beforeEach(async () => (before = await onHand()));

test.each(Object.entries(FATES))(
  "L6: when the answer %s, the hint is the command that settles it once",
  async (_, { fate, ends, request }) => {
    const lost = await typeAndLose(["receive", "MUG", "5"], "changes.create", fate);
    expect([lost.code, lost.error.code]).toEqual(ends);
    expect(lost.error.request).toBe(request);
    const settled = await world.type(lost.settles);
    expect(settled.code).toBe(0);
    expect(settled.stderr).toMatch(/^was recorded before:/);
    expect(await onHand()).toBe(before + 5);
  },
);

test("L6: an item whose answer is lost is made once, too", async () => {
  const fate = FATES["becomes a proxy's page"]?.fate ?? expect.unreachable();
  const lost = await typeAndLose(["items", "create", "Tin", "--sku=TIN"], "catalog.upsert", fate);
  expect(lost.code).toBe(8);
  expect(lost.settles).toContain("--key");
  expect((await world.type(lost.settles)).code).toBe(0);
  expect((await world.client.catalog.list({ skus: ["TIN"] })).objects).toHaveLength(1);
});

test("L6: a request of one's own is settled by its key", async () => {
  const fate = FATES["becomes the 503 of a server that stops"]?.fate ?? expect.unreachable();
  const object = { type: "ITEM", id: "#jar", name: "Jar" };
  const ask = ["api", "catalog.upsert", "--input"];
  const input = { objects: [object] };
  const { error } = await typeAndLose([...ask, JSON.stringify(input)], "catalog.upsert", fate);
  expect(error.hint).toMatch(/the same request with this idempotencyKey settles it$/);
  const again = JSON.stringify({ ...input, idempotencyKey: error.key });
  expect((await world.type([...ask, again])).stdout).toContain('"replayed": true');
});

test("0: what is recorded is told where its names cannot be had any more", async () => {
  let isRecorded = false;
  const ran = await world.type("receive MUG 5", {
    async fetch(url, init) {
      if (isRecorded) return new Response("gone", { status: 404 });
      isRecorded = url.includes("changes.create");
      return fetch(url, init);
    },
  });
  expect(ran).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(" IN_STOCK "),
    stderr: expect.stringMatching(/^recorded: change /),
  });
  expect(await onHand()).toBe(before + 5);
});
