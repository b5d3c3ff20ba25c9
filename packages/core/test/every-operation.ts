import {
  formatTime,
  type Ledger,
  operations,
  type Operations,
  type Principal,
} from "@bincard/contracts";
import { newKey, parse } from "./world.ts";

/** One sound request of every operation: an operation that is added does not compile until it is here. */
export type EveryOperation<Asked> = {
  readonly [Room in keyof Operations]: { readonly [Verb in keyof Operations[Room]]: Asked };
};

export interface Things {
  readonly catalogObjectId: string;
  readonly locationId: string;
  readonly changeId: string;
  readonly tokenId: string;
  readonly subscriptionId: string;
  readonly deliveryId: string;
}

/** A subscription of this merchant, and a delivery that waits to be sent to it. */
export async function subscribed(
  ledger: Ledger,
  as: Principal,
): Promise<Pick<Things, "subscriptionId" | "deliveryId">> {
  const { webhooks } = operations;
  const made = await ledger.webhooks.create(as, parse(webhooks.create, SUBSCRIPTION));
  const { id: subscriptionId } = made.subscription;
  await ledger.webhooks.replay(as, parse(webhooks.replay, { subscriptionId, afterPosition: 0 }));
  const asked = parse(webhooks.deliveries, { subscriptionId });
  const { deliveries } = await ledger.webhooks.deliveries(as, asked);
  return { subscriptionId, deliveryId: deliveries[0]?.id ?? "" };
}

const SUBSCRIPTION = {
  eventTypes: ["inventory.count.updated"],
  notificationUrl: "https://shop.example/hooks",
};

type Ask = (as: Principal, things: Things) => Promise<unknown>;

const adjustment = ({ catalogObjectId, locationId }: Things) => ({
  type: "ADJUSTMENT",
  catalogObjectId,
  locationId,
  fromState: "NONE",
  toState: "IN_STOCK",
  quantity: "1",
  occurredAt: formatTime(Date.now() * 1_000),
});

/** Asks a ledger for each operation about the things named. */
export function everyOperation(ledger: Ledger): EveryOperation<Ask> {
  const { changes, counts, feed, catalog, locations, merchants, tokens } = operations;
  const { webhooks } = operations;
  return {
    changes: {
      create: (as, things) => {
        const given = { idempotencyKey: newKey(), changes: [adjustment(things)] };
        return ledger.changes.create(as, parse(changes.create, given));
      },
      list: (as) => ledger.changes.list(as, parse(changes.list, {})),
      get: (as, { changeId }) => ledger.changes.get(as, parse(changes.get, { id: changeId })),
      ofObject: (as, { catalogObjectId }) =>
        ledger.changes.ofObject(as, parse(changes.ofObject, { catalogObjectId })),
    },
    counts: {
      list: (as) => ledger.counts.list(as, parse(counts.list, {})),
      ofObject: (as, { catalogObjectId }) =>
        ledger.counts.ofObject(as, parse(counts.ofObject, { catalogObjectId })),
    },
    feed: {
      read: (as) => ledger.feed.read(as, parse(feed.read, {})),
      follow: async (as) => {
        const leaving = new AbortController();
        // Its first page comes at once.
        for await (const page of ledger.feed.follow(as, parse(feed.follow, {}), leaving.signal))
          return page;
        return undefined;
      },
      locate: (as) => ledger.feed.locate(as, parse(feed.locate, {})),
      snapshot: (as) => ledger.feed.snapshot(as, parse(feed.snapshot, {})),
      checksum: (as) => ledger.feed.checksum(as, parse(feed.checksum, {})),
    },
    catalog: {
      upsert: (as, { catalogObjectId }) => {
        const objects = [
          { type: "ITEM_VARIATION", id: "#new", name: "New", itemId: catalogObjectId },
        ];
        const given = { idempotencyKey: newKey(), objects };
        return ledger.catalog.upsert(as, parse(catalog.upsert, given));
      },
      get: (as, { catalogObjectId: id }) => ledger.catalog.get(as, parse(catalog.get, { id })),
      list: (as) => ledger.catalog.list(as, parse(catalog.list, {})),
      delete: (as, { catalogObjectId }) =>
        ledger.catalog.delete(as, parse(catalog.delete, { ids: [catalogObjectId] })),
    },
    locations: {
      create: (as) => ledger.locations.create(as, parse(locations.create, { name: newKey() })),
      get: (as, { locationId: id }) => ledger.locations.get(as, parse(locations.get, { id })),
      list: (as) => ledger.locations.list(as, parse(locations.list, {})),
      update: (as, { locationId: id }) =>
        ledger.locations.update(as, parse(locations.update, { id, name: newKey() })),
    },
    webhooks: {
      create: (as) => ledger.webhooks.create(as, parse(webhooks.create, SUBSCRIPTION)),
      get: (as, { subscriptionId: id }) => ledger.webhooks.get(as, parse(webhooks.get, { id })),
      list: (as) => ledger.webhooks.list(as, parse(webhooks.list, {})),
      update: (as, { subscriptionId: id }) =>
        ledger.webhooks.update(as, parse(webhooks.update, { id, name: newKey() })),
      delete: (as, { subscriptionId: id }) =>
        ledger.webhooks.delete(as, parse(webhooks.delete, { id })),
      rotateKey: (as, { subscriptionId: id }) =>
        ledger.webhooks.rotateKey(as, parse(webhooks.rotateKey, { id, idempotencyKey: newKey() })),
      test: (as, { subscriptionId: id }) => ledger.webhooks.test(as, parse(webhooks.test, { id })),
      deliveries: (as) => ledger.webhooks.deliveries(as, parse(webhooks.deliveries, {})),
      delivery: (as, { deliveryId: id }) =>
        ledger.webhooks.delivery(as, parse(webhooks.delivery, { id })),
      replay: (as, { subscriptionId, deliveryId }) =>
        ledger.webhooks.replay(as, parse(webhooks.replay, { subscriptionId, deliveryId })),
    },
    merchants: {
      create: (as) => ledger.merchants.create(as, parse(merchants.create, { name: "New" })),
      list: (as) => ledger.merchants.list(as, parse(merchants.list, {})),
    },
    tokens: {
      create: (as) => {
        const given = { application: { name: "New" }, scopes: ["INVENTORY_READ"] };
        return ledger.tokens.create(as, parse(tokens.create, given));
      },
      list: (as) => ledger.tokens.list(as, parse(tokens.list, {})),
      revoke: (as, { tokenId: id }) => ledger.tokens.revoke(as, parse(tokens.revoke, { id })),
      current: (as) => ledger.tokens.current(as, parse(tokens.current, {})),
    },
    ledger: { verify: (as) => ledger.ledger.verify(as, parse(operations.ledger.verify, {})) },
  };
}
