import { createBincard } from "@bincard/client";
import { Pool } from "undici";
import { type Door, sentBy } from "../contenders/doors.ts";
import { drive } from "../drive.ts";
import type { Driven } from "../sample.ts";
import { type Order, ordersOf, statesOf, stockOf, type Work, type World } from "../work.ts";
import { serve } from "./serve.ts";

export interface LoadSettings {
  readonly world: World;
}

/** What the sender is asked to do. */
export type Load =
  | {
      readonly kind: "write";
      /** One URL a server process; clients are dealt out over them. */
      readonly urls: readonly string[];
      readonly door: Door | "client library";
      readonly work: Work;
      readonly seconds: number;
      /** Whether everything that the work can name is received first, unmeasured. */
      readonly isStocked?: boolean;
    }
  | {
      readonly kind: "read";
      readonly url: string;
      readonly path: string;
      readonly token: string;
      readonly seconds: number;
    };

const pools = new Map<string, Pool>();

/** A connection that idles longer is not used again: on a busy machine the server's end of it comes late. */
const IDLE_MS = 10_000;

/** Kept alive from window to window; each client has at most one request under way. */
function poolOf(url: string, connections: number): Pool {
  const name = `${url} ${connections}`;
  const settings = { connections, pipelining: 1, keepAliveMaxTimeout: IDLE_MS };
  const pool = pools.get(name) ?? new Pool(url, settings);
  pools.set(name, pool);
  return pool;
}

async function call(
  pool: Pool,
  request: { method: "GET" | "POST"; path: string; token: string; body?: string },
): Promise<void> {
  const { method, path, token, body } = request;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await pool.request({ method, path, headers, body: body ?? null });
  if (answer.statusCode === 200) await answer.body.dump({ limit: 100_000_000 });
  else throw new Error(`${path} answered ${answer.statusCode}: ${await answer.body.text()}`);
}

type Send = (order: Order, client: number) => Promise<void>;

function overHttp({ urls, door, work }: Extract<Load, { kind: "write" }>, world: World): Send {
  if (door === "client library") return byClientLibrary(urls, world);
  const pools = urls.map((url) => poolOf(url, Math.ceil(work.clients / urls.length)));
  const send = sentBy(door, world);
  return async (order, client) => {
    const pool = pools[client % pools.length];
    if (pool !== undefined) await call(pool, { method: "POST", ...send(order) });
  };
}

function byClientLibrary(urls: readonly string[], { merchants }: World): Send {
  const clients = merchants.map(({ token }, index) =>
    createBincard({ url: urls[index % urls.length] ?? "", token }),
  );
  return async (order) => {
    const { from: fromState, to: toState } = statesOf(order);
    const { locationId = "" } = merchants[order.merchant] ?? {};
    const occurredAt = new Date().toISOString();
    await clients[order.merchant]?.changes.create({
      changes: order.items.map((catalogObjectId) => ({
        type: "ADJUSTMENT" as const,
        catalogObjectId,
        locationId,
        fromState: fromState as "NONE",
        toState: toState as "IN_STOCK",
        quantity: "1",
        occurredAt,
      })),
    });
  };
}

async function write(load: Extract<Load, { kind: "write" }>, world: World): Promise<Driven> {
  const { work, seconds, urls, isStocked = false } = load;
  const send = overHttp(load, world);
  // Each server remembers for itself.
  if (isStocked)
    for (const order of stockOf(work))
      await Promise.all(urls.map((_, index) => send(order, index)));
  const next = ordersOf(work);
  return drive({ clients: work.clients, seconds }, async (client) => {
    const order = next(client);
    await send(order, client);
    return order.items.length;
  });
}

await serve(async (settings) => {
  const { world } = settings as LoadSettings;
  return {
    async answer(question): Promise<Driven> {
      const load = question as Load;
      if (load.kind === "write") return write(load, world);
      const pool = poolOf(load.url, 1);
      const { path, token, seconds } = load;
      return drive({ clients: 1, seconds }, async () => {
        await call(pool, { method: "GET", path, token });
        return 0;
      });
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
});
