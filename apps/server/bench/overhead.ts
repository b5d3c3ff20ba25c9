import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Principal } from "@bincard/contracts";
import { stamp } from "../src/answer-headers.ts";
import { nestsDeeper } from "../src/body.ts";
import { addressOf, countedAs } from "../src/client-address.ts";
import { InFlight } from "../src/in-flight.ts";
import { Metrics } from "../src/metrics.ts";
import { RateLimits } from "../src/rate-limit.ts";
import { Reception } from "../src/reception.ts";
import { requestIdOf } from "../src/request-id.ts";

/**
 * What limits, counting, naming and logging cost each request, in nanoseconds: the shortest of several rounds, since whatever
 * else the machine does only adds to it. `pnpm --filter @bincard/server overhead`
 */
const TURNS = 200_000;
const ROUNDS = 7;

async function measure(name: string, act: (at: number) => unknown): Promise<void> {
  let shortest = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = process.hrtime.bigint();
    for (let at = 0; at < TURNS; at++) {
      const result = act(at);
      if (result instanceof Promise) await result;
    }
    shortest = Math.min(shortest, Number(process.hrtime.bigint() - begun) / TURNS);
  }
  console.log(`${name.padEnd(60)} ${shortest.toFixed(0).padStart(6)} ns`);
}

const nobody: Principal = {
  merchantId: "merchant",
  tokenId: "token",
  application: { id: "a", name: "a" },
  scopes: ["INVENTORY_WRITE"],
};
const principals = Array.from({ length: 50 }, (_, at) => ({
  ...nobody,
  merchantId: `merchant-${at}`,
  tokenId: `token-${at}`,
}));
const principalOf = (at: number): Principal => principals[at % principals.length] ?? nobody;
const much = { perSecond: 1e9, burst: 1e9 };
const rateLimits = { reads: much, writes: much, strangers: much };
const inFlight = { perMerchant: 512, total: 4_096 };
const write = { reads: 0, writes: 1 };
const incoming = new IncomingMessage(new Socket());
const body = JSON.stringify({
  idempotencyKey: "0b1c2d3e-4f50-4617-8829-9a0b1c2d3e4f",
  changes: [
    {
      type: "ADJUSTMENT",
      catalogObjectId: "TEA-100G",
      locationId: "SHOP",
      fromState: "IN_STOCK",
      toState: "SOLD",
      quantity: "1",
      occurredAt: "2026-11-22T09:30:00.000Z",
    },
  ],
});

const limits = new RateLimits(rateLimits);
const inside = new InFlight(inFlight);
const metrics = new Metrics({ process: false });
let asked = 0;
const authenticate = async () => principalOf(asked++);
const ledger = { authenticate, sessions: { authenticate } };
const reception = new Reception({ ledger, rateLimits, inFlight, metrics, linesPerSecond: 0 });
const answer = { method: "POST", path: "/trpc/changes.create", status: 200 };
const arrival = { sentId: null, address: () => "203.0.113.9" };

await measure("a request id", () => requestIdOf(null));
await measure("the caller's address, as it is counted", () =>
  countedAs(addressOf(incoming, undefined)),
);
await measure("a rate limit", (at) => limits.admit(principalOf(at), write));
await measure("in flight and out again", (at) => {
  inside.leave(inside.enter(principalOf(at).merchantId));
});
await measure("counting the request", () =>
  metrics.answered({ door: "trpc", operation: "changes.create", status: 200 }, 3),
);
await measure("counting the batch and its changes", () => {
  metrics.batchAsked(1);
  metrics.changesRecorded(1);
});
await measure(`the depth of a body of ${body.length} characters`, () => nestsDeeper(body, 64));
await measure("the headers of an answer", () => stamp(new Headers(), "id"));
await measure("a group of the writer", () =>
  metrics.groupSettled(metrics.groupSent({ merchants: 1, requests: 1, changes: 1 }), "written"),
);
await measure("all of a request: arrive, identify, admit, leave", async () => {
  const visit = reception.arrive(arrival);
  const principal = await reception.identify(visit, "Bearer bincard_AAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  reception.admit(visit, principal, write);
  reception.leave(visit, answer);
});
