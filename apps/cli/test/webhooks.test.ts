import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { WebhooksHelper } from "square";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.type(["items", "create", "Blue mug", "--sku", "MUG"]);
});
afterAll(async () => world.end());

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function openReceiver() {
  const received: Received[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    answer: (next: number) => (status = next),
  };
}
const until = async (condition: () => boolean | Promise<boolean>) => {
  while (!(await condition())) await new Promise((wake) => setTimeout(wake, 10));
};
const parsed = (text: string): Record<string, string> => JSON.parse(text);
const isSigned = async (
  { headers, body }: Received,
  signatureKey: string,
  notificationUrl: string,
) =>
  WebhooksHelper.verifySignature({
    requestBody: body,
    signatureHeader: String(headers["x-square-hmacsha256-signature"]),
    signatureKey,
    notificationUrl,
  });
const quantities = ({ body }: Received): string[] =>
  JSON.parse(body).data.object.inventory_counts.map(
    (count: { quantity: string }) => count.quantity,
  );

describe("subscriptions", () => {
  test("are made, shown, changed and ended", async () => {
    const { url, received } = await openReceiver();
    const made = await world.type(["webhooks", "create", url, "--name", "Web shop", "--json"]);
    expect(made).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("bincard webhooks trigger wbhk_"),
    });
    const { id = "", signatureKey = "" } = parsed(made.stdout);
    await world.type("receive MUG 5");
    await until(() => received.length === 1);
    expect(await isSigned(received[0]!, signatureKey, url)).toBe(true);
    const listed = await world.type("webhooks list");
    expect(listed.stdout).toMatch(new RegExp(`${id} +Web shop +yes +${url}`));
    expect(listed.stdout).not.toContain(signatureKey);
    expect((await world.type(`webhooks get ${id}`)).stdout).toContain(signatureKey);
    const paused = await world.type(`webhooks update ${id} --disable --name Paused --json`);
    expect(parsed(paused.stdout)).toMatchObject({ enabled: false, name: "Paused" });
    expect(await world.type(`webhooks update ${id} --disable --enable`)).toMatchObject({ code: 2 });
    const rotated = await world.type(`webhooks rotate ${id} --yes --json`);
    expect(parsed(rotated.stdout)["signatureKey"]).not.toBe(signatureKey);
    expect(await world.type(`webhooks delete ${id}`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`bincard webhooks delete ${id} --yes`),
    });
    expect(await world.type(`webhooks delete ${id} --yes`)).toMatchObject({ code: 0 });
    expect(await world.type(`webhooks get ${id}`)).toMatchObject({ code: 5 });
  });

  test.each([
    ["webhooks create https://10.0.0.1/", 2, /INVALID_VALUE.*public address/],
    ["webhooks create nowhere", 2, /INVALID_VALUE/],
    ["webhooks create https://shop.example/ --type inventory.count.update", 2, /Did you mean/],
    ["webhooks deliveries --state LOST", 2, /states: PENDING/],
    ["webhooks replay wbhk_nobody --after 1", 5, /NOT_FOUND/],
    ["webhooks replay wbhk_nobody --after one", 2, /--after must be a position/],
    ["webhooks replay wbhk_nobody", 2, /MISSING_FIELD/],
    ["webhooks deliveries nothing", 5, /NOT_FOUND/],
    ["webhooks trigger", 2, /name a subscription/],
    ["webhooks trigger wbhk_nobody", 5, /NOT_FOUND/],
    ["webhooks listen --forward-to nowhere", 2, /is not an address/],
  ])("%s answers %i", async (command, code, said) => {
    const ran = await world.type(command);
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toMatch(said);
  });
});

describe("deliveries", () => {
  test("trigger tells what became of one; the dead are listed, shown and replayed", async () => {
    const receiver = await openReceiver();
    const { id = "" } = parsed(
      (await world.type(["webhooks", "create", receiver.url, "--json"])).stdout,
    );
    const tried = await world.type(`webhooks trigger ${id} --json`);
    expect(tried).toMatchObject({ code: 0 });
    expect(JSON.parse(tried.stdout)).toMatchObject({ attempt: { status: 200 } });
    receiver.answer(503);
    const failed = await world.type(`webhooks trigger ${id}`);
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining("http_error 503") });
    await world.type("receive MUG 1");
    const dead = async () =>
      (await world.type(`webhooks deliveries --subscription ${id} --state dead -o ndjson`)).stdout;
    await until(async () => (await dead()) !== "");
    const [line = ""] = (await dead()).split("\n");
    const { id: delivery, lastPosition } = JSON.parse(line) as { id: string; lastPosition: number };
    const shown = await world.type(`webhooks deliveries ${delivery}`);
    expect(shown.stdout.match(/http_error 503/g)?.length).toBeGreaterThanOrEqual(12);
    receiver.answer(200);
    const before = receiver.received.length;
    const again = await world.type(`webhooks replay ${id} --delivery ${delivery} --json`);
    expect(JSON.parse(again.stdout)).toEqual({ queued: 1 });
    await until(() => receiver.received.length > before);
    expect(receiver.received.at(-1)?.headers["webhook-id"]).toBe(delivery);
    const anew = await world.type(`webhooks replay ${id} --after ${lastPosition - 1} --json`);
    expect(JSON.parse(anew.stdout)).toEqual({ queued: 1 });
    await until(() => receiver.received.length > before + 1);
    expect(receiver.received.at(-1)?.headers["webhook-id"]).not.toBe(delivery);
    await world.type(`webhooks delete ${id} --yes`);
  });

  test("trigger --forward-to sends one from here", async () => {
    const receiver = await openReceiver();
    const sent = await world.type(`webhooks trigger --forward-to ${receiver.url} --key secret`);
    expect(sent).toMatchObject({ code: 0 });
    const [first] = receiver.received;
    expect(await isSigned(first!, "secret", receiver.url)).toBe(true);
    expect(quantities(first!)).toHaveLength(1);
  });
});

describe("webhooks listen", () => {
  test("forwards what happens, signed, until it is interrupted, and says how to go on", async () => {
    const receiver = await openReceiver();
    const ctrlC = new AbortController();
    const command = `webhooks listen --forward-to ${receiver.url} -o ndjson`;
    const listening = world.type(command, { interrupted: ctrlC.signal });
    const before = (await world.client.counts.list()).counts[0]?.quantity;
    // It begins at the end of the feed, wherever that is when it asks.
    await until(async () => {
      await world.type("receive MUG 1");
      return receiver.received.length > 0;
    });
    const told = () => Number(quantities(receiver.received.at(-1)!)[0]);
    const { counts } = await world.client.counts.list();
    await until(() => told() === Number(counts[0]?.quantity));
    expect(told()).toBeGreaterThan(Number(before));
    ctrlC.abort();
    const ran = await listening;
    expect(ran.code).toBe(130);
    const key = /signed with the key (\S+)/.exec(ran.stderr)?.[1] ?? "";
    for (const one of receiver.received) expect(await isSigned(one, key, receiver.url)).toBe(true);
    const rows = ran.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.map(({ id }) => id)).toEqual(
      receiver.received.map(({ headers }) => headers["webhook-id"]),
    );
    expect(rows[0]).toMatchObject({ counts: 1, attempt: { status: 200 } });
    const again = /go on with\n {2}bincard (.+)\n/.exec(ran.stderr)?.[1] ?? "";
    expect(again).toMatch(/^webhooks listen --forward-to \S+ --from \S+ --key \S+$/);
    const seen = receiver.received.length;
    await world.type("receive MUG 1");
    const secondCtrlC = new AbortController();
    const words = again.split(" ").map((word) => word.replace(/^'|'$/g, ""));
    const second = world.type(words, { interrupted: secondCtrlC.signal });
    await until(() => receiver.received.length > seen);
    secondCtrlC.abort();
    await second;
    expect(receiver.received).toHaveLength(seen + 1);
    expect(await isSigned(receiver.received.at(-1)!, key, receiver.url)).toBe(true);
  });

  test("a receiver that fails is told of and not waited for", async () => {
    const receiver = await openReceiver();
    receiver.answer(500);
    const ctrlC = new AbortController();
    const listening = world.type(`webhooks listen --forward-to ${receiver.url} --since 1h`, {
      interrupted: ctrlC.signal,
    });
    await until(() => receiver.received.length > 0);
    await new Promise((wake) => setTimeout(wake, 100));
    ctrlC.abort();
    const ran = await listening;
    expect(ran.stdout).toMatch(/POSITION +EVENT +COUNTS +OUTCOME\n.*http_error 500/);
  });
});
