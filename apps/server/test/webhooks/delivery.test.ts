import type { Count } from "@bincard/contracts";
import { operations, parseOrRefuse } from "@bincard/contracts";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { openReceiver, type Received } from "./receiver.ts";
import { openStage, type Stage } from "./stage.ts";

async function subscribe({ ledger, root }: Stage, notificationUrl: string) {
  const given = { eventTypes: ["inventory.count.updated"], notificationUrl };
  const input = parseOrRefuse(operations.webhooks.create.input, given);
  return (await ledger.webhooks.create(root, input)).subscription;
}
/** Whether it has come to the end of the feed: no more deliveries are made. */
async function isAtEnd({ ledger, root }: Stage, subscriptionId: string): Promise<boolean> {
  const got = parseOrRefuse(operations.webhooks.get.input, { id: subscriptionId });
  const { subscription } = await ledger.webhooks.get(root, got);
  const located = parseOrRefuse(operations.feed.locate.input, {});
  const { position } = await ledger.feed.locate(root, located);
  return subscription.position === position;
}
async function nothingWaits(stage: Stage, subscriptionId: string): Promise<boolean> {
  if (!(await isAtEnd(stage, subscriptionId))) return false;
  const asked = { subscriptionId, states: ["PENDING"] };
  const listed = parseOrRefuse(operations.webhooks.deliveries.input, asked);
  return (await stage.ledger.webhooks.deliveries(stage.root, listed)).deliveries.length === 0;
}

interface WireEvent {
  readonly event_id: string;
  readonly data: { readonly object: { readonly inventory_counts: readonly WireCount[] } };
}
interface WireCount {
  readonly catalog_object_id: string;
  readonly location_id: string;
  readonly state: string;
  readonly quantity: string;
  readonly calculated_at: string;
}

/** What a receiver holds that takes each event once, and of each key what was calculated last. */
function held(received: readonly Received[]): Record<string, string> {
  const counts = new Map<string, WireCount>();
  for (const { body } of received) {
    const event = JSON.parse(body) as WireEvent;
    for (const count of event.data.object.inventory_counts) {
      const key = `${count.catalog_object_id} ${count.location_id} ${count.state}`;
      if ((counts.get(key)?.calculated_at ?? "") <= count.calculated_at) counts.set(key, count);
    }
  }
  return Object.fromEntries([...counts].map(([key, { quantity }]) => [key, quantity]).toSorted());
}
async function ledgerHolds({ ledger, root }: Stage): Promise<Record<string, string>> {
  const input = parseOrRefuse(operations.counts.list.input, { limit: 1_000 });
  const { counts } = await ledger.counts.list(root, input);
  const rows = counts.map((count: Count): [string, string] => [
    `${count.catalogObjectId} ${count.locationId} ${count.state}`,
    count.quantity,
  ]);
  return Object.fromEntries(rows.toSorted());
}

/** The same numbers for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("a receiver", () => {
  test("L9: that fails at random ends equal to the ledger, though writers never pause", async () => {
    const stage = await openStage({ retryScale: 0.000_01 });
    const receiver = await openReceiver();
    const items = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => stage.variation(`ITEM-${at}`)),
    );
    const { id } = await subscribe(stage, receiver.url);
    const next = random(7);
    const accepted: Received[] = [];
    receiver.answer((received, response) => {
      const roll = next();
      if (roll < 0.2) response.writeHead(500).end();
      else if (roll < 0.3) response.socket?.destroy();
      else if (roll < 0.35) response.writeHead(302, { location: "/elsewhere" }).end();
      else {
        accepted.push(received);
        // Taken, but the sender does not hear of it: the same event comes again.
        if (roll < 0.45) response.socket?.destroy();
        else response.end();
      }
    });
    await Promise.all(
      [0, 1, 2].map(async (writer) => {
        for (let round = 0; round < 60; round++)
          await stage.receive(items[(round + writer) % items.length] ?? "");
      }),
    );
    await until(async () => nothingWaits(stage, id));
    expect(held(accepted)).toEqual(await ledgerHolds(stage));
    const bodies = new Map<string, Set<string>>();
    for (const { headers, body } of receiver.received) {
      const name = String(headers["webhook-id"]);
      bodies.set(name, (bodies.get(name) ?? new Set()).add(body));
    }
    expect(receiver.received.length).toBeGreaterThan(bodies.size);
    for (const texts of bodies.values()) expect(texts.size).toBe(1);
  });

  test("that is dead holds up no other, and what is counted of both is on the page of metrics", async () => {
    const stage = await openStage({ retryScale: 1 });
    const [healthy, dead] = [await openReceiver(), await openReceiver()];
    await dead.close();
    await stage.variation("TEA");
    const deadId = (await subscribe(stage, dead.url)).id;
    const healthyId = (await subscribe(stage, healthy.url)).id;
    stage.metrics.watch({
      inFlight: () => 0,
      queriesRunning: () => 0,
      queriesWaiting: () => 0,
      merchantsWaiting: () => 0,
      connections: () => 0,
      vitals: async () => stage.ledger.vitals(),
      webhooks: async () => stage.ledger.webhookVitals(),
    });
    for (let round = 1; round <= 20; round++) {
      await stage.receive("TEA");
      await until(() => healthy.received.length >= round);
    }
    const told = { TEA: "20" };
    expect(Object.values(held(healthy.received))).toEqual(Object.values(told));
    const input = parseOrRefuse(operations.webhooks.deliveries.input, { subscriptionId: deadId });
    const waiting = async () =>
      (await stage.ledger.webhooks.deliveries(stage.root, input)).deliveries;
    await until(async () => nothingWaits(stage, healthyId));
    await until(async () => isAtEnd(stage, deadId));
    await until(async () => (await waiting()).every(({ attemptCount }) => attemptCount === 1));
    const { text } = await stage.metrics.page();
    const line = (name: string) =>
      Number(
        text
          .split("\n")
          .find((each) => each.startsWith(name))
          ?.split(" ")
          .at(-1),
      );
    const waits = (await waiting()).length;
    expect(waits).toBeGreaterThan(0);
    expect(line('bincard_webhook_deliveries{state="pending"}')).toBe(waits);
    expect(line('bincard_webhook_deliveries{state="dead"}')).toBe(0);
    expect(line("bincard_webhook_failing_subscriptions")).toBe(1);
    expect(line("bincard_webhook_oldest_pending_seconds")).toBeGreaterThan(0);
    expect(line('bincard_webhook_attempt_duration_seconds_count{outcome="delivered"}')).toBe(
      healthy.received.length,
    );
    expect(line('bincard_webhook_attempt_duration_seconds_count{outcome="other_error"}')).toBe(
      waits,
    );
  });
});
