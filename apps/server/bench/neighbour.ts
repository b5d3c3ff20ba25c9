import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";

/**
 * What a merchant at full tilt does to the one beside it. The server runs in a process of its own with the settings it
 * starts with, its PostgreSQL on the same machine, and a hostile merchant in a third process: on so many connections
 * it asks again the moment it is answered, and heeds no Retry-After. The quiet one asks at the pace of a till. Said
 * are the quiet one's percentiles alone and beside each kind of hostility, in milliseconds.
 *
 * `pnpm --filter @bincard/server neighbour [seconds] [connections]`
 */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const HOSTILITIES = ["writes", "large writes", "reads", "verify", "guesses", "everything"] as const;
type Hostility = (typeof HOSTILITIES)[number];

interface Target {
  readonly url: string;
  readonly token: string;
}
interface Order extends Target {
  readonly hostility: Hostility;
  readonly connections: number;
  readonly milliseconds: number;
}
interface Asked {
  readonly path: string;
  readonly body: unknown;
  readonly token: string;
}

const pause = async (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

async function ask(
  url: string,
  { path, body, token }: Asked,
  agent: Agent,
): Promise<[number, string]> {
  const text = JSON.stringify(body);
  const headers = {
    Authorization: `Bearer ${token}`,
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  };
  const sent = request(new URL(path, url), { method: "POST", headers, agent });
  sent.end(text);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve).once("error", reject);
  });
  let said = "";
  for await (const piece of response) said += String(piece);
  return [response.statusCode ?? 0, said];
}

let last = 0;
const unique = () => `${process.pid}-${++last}`;

function receipt(at: number) {
  return {
    type: "ADJUSTMENT",
    catalogObjectId: `BAG-${at % 500}`,
    locationId: "SHOP",
    fromState: "NONE",
    toState: "IN_STOCK",
    quantity: "1",
    occurredAt: new Date().toISOString(),
  };
}

function reporting(changes: number) {
  const batch = Array.from({ length: changes }, (_, at) => receipt(last + at));
  return { path: "/trpc/changes.create", body: { idempotencyKey: unique(), changes: batch } };
}

function hostileAct(hostility: Hostility, token: string): Asked {
  switch (hostility) {
    case "writes":
      return { ...reporting(1), token };
    case "large writes":
      return { ...reporting(1_000), token };
    case "reads":
      return { path: "/trpc/changes.list", body: { limit: 1_000 }, token };
    case "verify":
      return { path: "/trpc/ledger.verify", body: {}, token };
    case "guesses":
      return { path: "/trpc/counts.list", body: {}, token: `bincard_${unique().padEnd(43, "A")}` };
    case "everything": {
      const kind = HOSTILITIES[++last % (HOSTILITIES.length - 1)] ?? "writes";
      return hostileAct(kind, token);
    }
  }
}

async function beHostile({ url, token, hostility, connections, milliseconds }: Order) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const ends = performance.now() + milliseconds;
  const statuses: Record<number, number> = {};
  const keepAsking = async () => {
    while (performance.now() < ends) {
      const [status] = await ask(url, hostileAct(hostility, token), agent).catch(() => [0]);
      statuses[status ?? 0] = (statuses[status ?? 0] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, keepAsking));
  agent.destroy();
  return statuses;
}

/** A till: a sale every 20 ms and, at each fifth, a look at the count; whether the last was answered or not. */
async function beQuiet({ url, token }: Target, milliseconds: number) {
  const agent = new Agent({ keepAlive: true });
  const took: number[] = [];
  const failed: number[] = [];
  const under: Promise<void>[] = [];
  const begun = performance.now();
  for (let at = 0; at * 20 < milliseconds; at++) {
    const due = begun + at * 20;
    await pause(due - performance.now());
    const look = { path: "/trpc/counts.ofObject", body: { catalogObjectId: `BAG-${at % 500}` } };
    const act = at % 5 === 0 ? look : reporting(1);
    under.push(
      ask(url, { ...act, token }, agent).then(([status]) => {
        // From when it was due: a server that stops for a second delays more than one request.
        took.push(performance.now() - due);
        if (status !== 200) failed.push(status);
      }),
    );
  }
  await Promise.all(under);
  agent.destroy();
  return { took: took.toSorted((a, b) => a - b), failed };
}

const answered = z.object({
  result: z.object({
    data: z.object({
      merchant: z.object({ id: z.string() }).optional(),
      token: z.string().optional(),
    }),
  }),
});

const percentile = (sorted: readonly number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

async function newMerchant({ url, token }: Target, name: string): Promise<Target> {
  const agent = new Agent();
  const call = async (path: string, body: unknown, as: string) => {
    const [status, text] = await ask(url, { path: `/trpc/${path}`, body, token: as }, agent);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return answered.parse(JSON.parse(text)).result.data;
  };
  const { merchant } = await call("merchants.create", { name }, token);
  const scopes = ["INVENTORY_READ", "INVENTORY_WRITE", "ITEMS_WRITE", "MERCHANT_PROFILE_WRITE"];
  const order = { merchantId: merchant?.id, application: { name }, scopes };
  const { token: made = "" } = await call("tokens.create", order, token);
  await call("locations.create", { id: "SHOP", name: "Shop" }, made);
  const variations = Array.from({ length: 250 }, (_, at) => at);
  for (const from of [0, 250]) {
    const item = { type: "ITEM", id: `ITEM-${from}`, name: "Item" };
    const bags = variations.map((at) => ({ id: `BAG-${from + at}`, name: `Bag ${at}` }));
    const objects = [{ ...item, variations: bags }];
    await call("catalog.upsert", { idempotencyKey: unique(), objects }, made);
  }
  return { url, token: made };
}

async function startServer(dataDir: string) {
  const child = fork(join(ROOT, "apps/server/src/main.ts"), {
    cwd: ROOT,
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    env: { ...process.env, PORT: "0", BINCARD_DATA_DIR: dataDir, LOG_LEVEL: "error" },
  });
  let page = "";
  for await (const piece of child.stdout ?? []) {
    page += String(piece);
    if (page.includes("Ctrl-C")) break;
  }
  const url = /http:\/\/[\d.]+:\d+/.exec(page)?.[0] ?? "";
  return { child, url };
}

async function hostileBeside(order: Order, quiet: Target) {
  const child = fork(fileURLToPath(import.meta.url), ["hostile"], {
    execArgv: ["--import", "tsx"],
  });
  await once(child, "message"); // It is up.
  const told: Promise<unknown[]> = once(child, "message");
  // The quiet one has been at work when the hostile one comes, and is while that one stays.
  const before = beQuiet(quiet, 1_000);
  await pause(900);
  child.send(order);
  await before;
  const measured = await beQuiet(quiet, order.milliseconds - 1_000);
  const [statuses] = await told;
  child.kill();
  return { measured, statuses };
}

function say(name: string, sorted: readonly number[], rest: string) {
  const [p50, p99, max] = [0.5, 0.99, 1].map((part) => percentile(sorted, part).toFixed(1));
  console.log(`${name.padEnd(14)} p50 ${p50} ms, p99 ${p99} ms, longest ${max} ms${rest}`);
}

async function measure() {
  const [seconds = 10, connections = 64] = process.argv.slice(2).map(Number);
  const dataDir = await mkdtemp(join(tmpdir(), "bincard-neighbour-"));
  const { child, url } = await startServer(dataDir);
  try {
    const token = (await readFile(join(dataDir, "root-token"), "utf8")).trim();
    const quiet = await newMerchant({ url, token }, "Quiet");
    const hostile = await newMerchant({ url, token }, "Hostile");
    await beQuiet(quiet, 3_000); // Warm.
    for (const hostility of HOSTILITIES) {
      // Alone, again and again: a machine is not the same all the time.
      const { took: alone } = await beQuiet(quiet, seconds * 1_000);
      say("alone", alone, "");
      const milliseconds = seconds * 1_000 + 2_000;
      const order = { ...hostile, hostility, connections, milliseconds };
      const { measured, statuses } = await hostileBeside(order, quiet);
      const times = percentile(measured.took, 0.99) / percentile(alone, 0.99);
      const rest = `: p99 ${times.toFixed(1)} times; ${measured.failed.length} failed; hostile ${JSON.stringify(statuses)}`;
      say(hostility, measured.took, rest);
      await pause(4_000); // Its buckets fill up again.
    }
  } finally {
    child.kill("SIGTERM");
    await once(child, "exit");
    await rm(dataDir, { recursive: true, force: true });
  }
}

if (process.argv[2] === "hostile") {
  process.once("message", async (order: Order) => process.send?.(await beHostile(order)));
  process.send?.("up");
} else {
  await measure();
}
