import { setTimeout as sleep } from "node:timers/promises";
import { VERSION } from "./version.ts";

/** The part of the ledger that knows whether the database answers. */
export interface Pulse {
  ping(): Promise<void>;
}

const PING_MILLISECONDS = 2_000;
const TEXT = { "Content-Type": "text/plain; charset=utf-8" };

/**
 * `GET /livez`: the process lives, whatever its database does. Failing it asks for a restart. Says which
 * version runs, for `bincard doctor`.
 */
export function live(): Response {
  return new Response("ok\n", { headers: { ...TEXT, "X-Bincard-Version": VERSION } });
}

/**
 * `GET /readyz`: 200 once migrated and connected; 503 while starting, draining or without a database. Anybody may ask, so
 * the database is asked once, however many wait for its answer.
 */
export function readiness(ledger: Pulse): () => Promise<Response> {
  let asked: Promise<boolean> | undefined;
  const ask = async () => {
    const answered = await ledger.ping().then(
      () => true,
      () => false,
    );
    asked = undefined;
    return answered;
  };
  return async () => {
    asked ??= ask();
    const inTime = await Promise.race([asked, sleep(PING_MILLISECONDS, false, { ref: false })]);
    if (inTime) return new Response("ready\n", { headers: TEXT });
    return new Response("not ready\n", { status: 503, headers: { ...TEXT, "Retry-After": "1" } });
  };
}
