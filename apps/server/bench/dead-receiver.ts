import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";

/**
 * What ten thousand webhook deliveries that wait for a receiver which takes connections and never answers do to the
 * receiver beside it, of the same merchant. The server runs in a process of its own, with its PostgreSQL. Said is how long the
 * healthy receiver waits for a change, from when the till sends it, in milliseconds: alone, and beside the queue.
 *
 * `pnpm --filter @bincard/server dead-receiver [deliveries] [changes]`
 */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const [deliveries = 10_000, changes = 300] = process.argv.slice(2).map(Number);
const EVERY_MS = 50;
const ITEM = "BAG";
const TYPES = ["inventory.count.updated"];

const pause = async (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));

interface Served {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

async function serve(): Promise<Served> {
  const dataDir = await mkdtemp(join(tmpdir(), "bincard-dead-receiver-"));
  const child: ChildProcess = spawn(
    process.execPath,
    ["--import", "tsx", "apps/server/src/main.ts"],
    {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        PORT: "0",
        LOG_LEVEL: "error",
        BINCARD_DATA_DIR: dataDir,
        BINCARD_RATE_LIMIT_READS: "off",
        BINCARD_RATE_LIMIT_WRITES: "off",
        BINCARD_SECRET_KEY: "a-secret-of-the-benchmark-of-some-length",
        BINCARD_WEBHOOKS_ALLOW_LOCAL: "true",
      },
    },
  );
  let said = "";
  while (!said.includes("Ctrl-C")) {
    const [piece] = (await once(child.stdout ?? child, "data")) as [Buffer];
    said += piece.toString();
  }
  return {
    url: /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "",
    token: (await readFile(join(dataDir, "root-token"), "utf8")).trim(),
    async stop() {
      child.kill("SIGTERM");
      await once(child, "close");
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function call(
  { url, token }: Served,
  procedure: string,
  input: unknown,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/trpc/${procedure}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(input),
  });
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(`${procedure}: ${JSON.stringify(body)}`);
  return z.object({ result: z.object({ data: z.looseObject({}) }) }).parse(body).result.data;
}

const wireEvent = z.object({
  data: z.object({
    object: z.object({ inventory_counts: z.array(z.object({ quantity: z.string() })) }),
  }),
});

/** Knows when it was told of each quantity. */
async function openHealthy() {
  const told = new Map<number, number>();
  const server = createHttpServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      response.end();
      const { inventory_counts: counts } = wireEvent.parse(JSON.parse(body)).data.object;
      for (const { quantity } of counts) told.set(Number(quantity), performance.now());
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/healthy`, told, server };
}

async function openHanging() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hanging`, sockets, server };
}

let keys = 0;
let received = 0;
async function receive(served: Served, locationId: string, count = 1): Promise<void> {
  const one = {
    type: "ADJUSTMENT",
    catalogObjectId: ITEM,
    locationId,
    fromState: "NONE",
    toState: "IN_STOCK",
    quantity: "1",
    occurredAt: new Date().toISOString(),
  };
  received += count;
  const all = Array.from({ length: count }, () => one);
  await call(served, "changes.create", { idempotencyKey: `k${keys++}`, changes: all });
}

const percentile = (sorted: readonly number[], part: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN).toFixed(0);

/** A change every so often, and how long each took to arrive. What comes together with a later one arrives with it. */
async function measure(served: Served, locationId: string, told: ReadonlyMap<number, number>) {
  const took: number[] = [];
  for (let at = 0; at < changes; at++) {
    const begun = performance.now();
    const first = received + 1;
    await receive(served, locationId);
    const arrived = () => [...told].find(([quantity]) => quantity >= first)?.[1];
    while (arrived() === undefined) await pause(1);
    took.push((arrived() ?? 0) - begun);
    await pause(begun + EVERY_MS - performance.now());
  }
  const sorted = took.toSorted((a, b) => a - b);
  return `p50 ${percentile(sorted, 0.5)}, p99 ${percentile(sorted, 0.99)}, most ${percentile(sorted, 1)}`;
}

const served = await serve();
const [healthy, hanging] = [await openHealthy(), await openHanging()];
try {
  const objects = [{ type: "ITEM", id: "I", name: "I", variations: [{ id: ITEM, name: "Bag" }] }];
  await call(served, "catalog.upsert", { idempotencyKey: "c", objects });
  const listed = z
    .object({ locations: z.array(z.object({ id: z.string() })) })
    .parse(await call(served, "locations.list", {}));
  const locationId = listed.locations[0]?.id ?? "";
  for (let left = deliveries; left > 0; left -= 1_000)
    await receive(served, locationId, Math.min(left, 1_000));
  const subscribe = async (notificationUrl: string) => {
    const made = await call(served, "webhooks.create", { eventTypes: TYPES, notificationUrl });
    return z.object({ subscription: z.object({ id: z.string() }) }).parse(made).subscription.id;
  };
  await subscribe(healthy.url);
  console.log(`alone: ${await measure(served, locationId, healthy.told)}`);
  const dead = await subscribe(hanging.url);
  const places = Array.from({ length: deliveries }, (_, at) => at).values();
  const queueOn = async () => {
    for (const at of places) {
      const range = { afterPosition: at, throughPosition: at + 1 };
      await call(served, "webhooks.replay", { subscriptionId: dead, ...range });
    }
  };
  await Promise.all([queueOn(), queueOn(), queueOn(), queueOn()]);
  console.log(`${deliveries} deliveries wait for a receiver that never answers`);
  console.log(`beside them: ${await measure(served, locationId, healthy.told)}`);
} finally {
  for (const socket of hanging.sockets) socket.destroy();
  hanging.server.close();
  healthy.server.closeAllConnections();
  healthy.server.close();
  await served.stop();
}
