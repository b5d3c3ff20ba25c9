import { formatTime, operations, type Principal, type WebhookDelivery } from "@bincard/contracts";
import { afterEach, beforeEach } from "vitest";
import type { Parcel } from "../src/index.ts";
import { openWorld, parse, type World } from "./world.ts";

/** Minutes become less than a millisecond: what waits in between is the dispatcher's next look. */
const RETRY_SCALE = 0.000_01;
export const { webhooks } = operations;
export const HOOK = "https://shop.example/hooks";

let world: World;

/** A world of its own for each test of the file, and people's words for its webhooks. */
export function eachInItsWorld(): { readonly now: () => World } {
  beforeEach(async () => {
    world = await openWorld({ retryScale: RETRY_SCALE });
  });
  afterEach(() => world.close());
  return { now: () => world };
}

export async function subscribe(fields: object = {}, as: Principal = world.root) {
  const given = { eventTypes: ["inventory.count.updated"], notificationUrl: HOOK, ...fields };
  return (await world.ledger.webhooks.create(as, parse(webhooks.create, given))).subscription;
}
export const receive = (catalogObjectId: string, quantity = "1") => ({
  type: "ADJUSTMENT" as const,
  catalogObjectId,
  locationId: world.main,
  fromState: "NONE" as const,
  toState: "IN_STOCK" as const,
  quantity,
  occurredAt: formatTime(Date.now() * 1_000),
});
export async function deliveriesOf(
  subscriptionId: string,
  states?: string[],
): Promise<WebhookDelivery[]> {
  const input = parse(webhooks.deliveries, { subscriptionId, states, limit: 1_000 });
  const { deliveries } = await world.ledger.webhooks.deliveries(world.root, input);
  return deliveries.toReversed();
}
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((wake) => setTimeout(wake, 10));
}
/** Until everything recorded so far has been told, and nothing waits. */
export async function settled(subscriptionId: string): Promise<void> {
  const { position } = await world.ledger.feed.locate(
    world.root,
    parse(operations.feed.locate, {}),
  );
  await until(async () => {
    const input = parse(webhooks.get, { id: subscriptionId });
    const { subscription } = await world.ledger.webhooks.get(world.root, input);
    if (subscription.position < position) return false;
    return (await deliveriesOf(subscriptionId, ["PENDING"])).length === 0;
  });
}
export function latch() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
export const sentTo = (url: string) =>
  world.postBox.parcels.filter(({ notificationUrl }) => notificationUrl === url);
/** What a receiver knows that takes the newest count of each key. */
export function known(parcels: readonly Parcel[]): Record<string, string> {
  const newest = new Map<string, { quantity: string; at: string }>();
  for (const { counts } of parcels)
    for (const { catalogObjectId, state, quantity, calculatedAt: at } of counts) {
      const key = `${catalogObjectId} ${state}`;
      if ((newest.get(key)?.at ?? "") <= at) newest.set(key, { quantity, at });
    }
  return Object.fromEntries([...newest].map(([key, { quantity }]) => [key, quantity]));
}
