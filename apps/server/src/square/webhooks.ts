import {
  operations,
  type Path,
  WEBHOOK_EVENT_TYPES,
  type WebhookSubscription,
} from "@bincard/contracts";
import { ANSWERS } from "./answers.ts";
import { ask, type Call, type Endpoint } from "./call.ts";
import { queryFlag } from "./query.ts";
import { cursorOf } from "./translate-change.ts";
import {
  createSubscriptionWire,
  listSubscriptionsWire,
  rotateKeyWire,
  testSubscriptionWire,
  updateSubscriptionWire,
} from "./wire-webhook.ts";
import { readWire, snakeCase } from "./wire.ts";

const room = operations.webhooks;

/**
 * A subscription in Square's words. One that was made without a version is shown under that of whoever asks: were it
 * filled in when it is made, the same request by a newer SDK would be another under the same key (L6).
 */
function fromSubscription(subscription: WebhookSubscription, version: string) {
  return {
    id: subscription.id,
    name: subscription.name,
    enabled: subscription.enabled,
    event_types: subscription.eventTypes,
    notification_url: subscription.notificationUrl,
    api_version: subscription.apiVersion ?? version,
    signature_key: subscription.signatureKey,
    created_at: subscription.createdAt,
    updated_at: subscription.updatedAt,
  };
}

const OF_SUBSCRIPTION = new Set<string | number>([
  "name",
  "enabled",
  "eventTypes",
  "notificationUrl",
  "apiVersion",
]);

function places([field, ...rest]: Path): Path {
  if (field === undefined) return [];
  if (field === "id") return ["subscription_id"];
  const named = snakeCase([field, ...rest]);
  return OF_SUBSCRIPTION.has(field) ? ["subscription", ...named] : named;
}

async function create({ ledger, principal, body, version }: Call) {
  const { idempotency_key: idempotencyKey, subscription: wire } = readWire(
    createSubscriptionWire,
    body,
  );
  const { subscription } = await ask(room.create, {
    input: {
      idempotencyKey,
      name: wire.name,
      enabled: wire.enabled,
      eventTypes: wire.event_types,
      notificationUrl: wire.notification_url,
      apiVersion: wire.api_version,
    },
    run: (parsed) => ledger.webhooks.create(principal, parsed),
    rename: places,
  });
  return { subscription: fromSubscription(subscription, version) };
}

async function retrieve({ ledger, principal, id, version }: Call) {
  const { subscription } = await ask(room.get, {
    input: { id },
    run: (parsed) => ledger.webhooks.get(principal, parsed),
    rename: places,
  });
  return { subscription: fromSubscription(subscription, version) };
}

async function list({ ledger, principal, query, version }: Call) {
  const limit = query.get("limit");
  const wire = readWire(listSubscriptionsWire, {
    ...(query.has("sort_order") && { sort_order: query.get("sort_order") }),
    // What is no number stays text, and is refused as such.
    ...(limit !== undefined && { limit: /^-?\d{1,9}$/.test(limit) ? Number(limit) : limit }),
  });
  const { subscriptions, cursor } = await ask(room.list, {
    input: {
      includeDisabled: queryFlag(query, "include_disabled"),
      order: wire.sort_order,
      limit: wire.limit,
      cursor: cursorOf(query.get("cursor")),
    },
    run: (parsed) => ledger.webhooks.list(principal, parsed),
  });
  return { subscriptions: subscriptions.map((one) => fromSubscription(one, version)), cursor };
}

/** Square's updates are sparse. */
async function update({ ledger, principal, id, body, version }: Call) {
  const { subscription: wire } = readWire(updateSubscriptionWire, body);
  const { subscription } = await ask(room.update, {
    input: {
      id,
      name: wire.name,
      enabled: wire.enabled,
      eventTypes: wire.event_types,
      notificationUrl: wire.notification_url,
      apiVersion: wire.api_version,
    },
    run: (parsed) => ledger.webhooks.update(principal, parsed),
    rename: places,
  });
  return { subscription: fromSubscription(subscription, version) };
}

async function remove({ ledger, principal, id }: Call) {
  await ask(room.delete, {
    input: { id },
    run: (parsed) => ledger.webhooks.delete(principal, parsed),
    rename: places,
  });
  return {};
}

async function rotateKey({ ledger, principal, id, body }: Call) {
  const { idempotency_key: idempotencyKey } = readWire(rotateKeyWire, body);
  const { subscription } = await ask(room.rotateKey, {
    input: { id, idempotencyKey },
    run: (parsed) => ledger.webhooks.rotateKey(principal, parsed),
    rename: places,
  });
  return { signature_key: subscription.signatureKey };
}

/**
 * Square's documentation has the result as a member, with the payload as text; its newer SDKs expect the members in the
 * answer itself, with the payload as an object. Both are there.
 */
async function test({ ledger, principal, id, body, dialect }: Call) {
  const wire = readWire(testSubscriptionWire, body);
  const { result } = await ask(room.test, {
    input: { id, eventType: wire.event_type },
    run: (parsed) => ledger.webhooks.test(principal, parsed),
    rename: places,
  });
  const { attempt, payload: text, notificationUrl } = result;
  const payload: unknown = JSON.parse(text);
  return {
    subscription_test_result: {
      id: result.id,
      status_code: attempt.status,
      payload: dialect === "A" ? text : payload,
      created_at: attempt.at,
      updated_at: attempt.at,
    },
    notification_url: notificationUrl,
    status_code: attempt.status,
    passes_filter: true,
    payload,
  };
}

/** When Square introduced each. */
const INTRODUCED: Readonly<Record<(typeof WEBHOOK_EVENT_TYPES)[number], string>> = {
  "inventory.count.updated": "2019-06-12",
};

async function eventTypes() {
  return {
    event_types: [...WEBHOOK_EVENT_TYPES],
    metadata: WEBHOOK_EVENT_TYPES.map((type) => ({
      event_type: type,
      api_version_introduced: INTRODUCED[type],
      release_status: "PUBLIC",
    })),
  };
}

const all = { path: "/webhooks/subscriptions" } as const;
const one = { path: "/webhooks/subscriptions/:id" } as const;
const parameter = "subscription_id";

export const WEBHOOKS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/webhooks/event-types",
    operation: room.list,
    query: ["api_version"],
    shape: {
      summary: "What a subscription can be told of",
      answer: ANSWERS.eventTypes,
      refusals: [],
    },
    handle: eventTypes,
  },
  {
    ...all,
    method: "GET",
    operation: room.list,
    query: ["cursor", "include_disabled", "sort_order", "limit"],
    shape: { summary: "Every subscription, by age", answer: ANSWERS.subscriptions, refusals: [] },
    handle: list,
  },
  {
    ...all,
    method: "POST",
    operation: room.create,
    shape: {
      summary: "Has counts sent to an address from now on",
      body: createSubscriptionWire,
      answer: ANSWERS.subscription,
      refusals: ["IDEMPOTENCY_KEY_REUSED", "NOT_FOUND", "NOT_CONFIGURED"],
    },
    handle: create,
  },
  {
    ...one,
    method: "GET",
    operation: room.get,
    shape: {
      summary: "One subscription",
      parameter,
      answer: ANSWERS.subscription,
      refusals: ["NOT_FOUND"],
    },
    handle: retrieve,
  },
  {
    ...one,
    method: "PUT",
    operation: room.update,
    shape: {
      summary: "Changes the fields named, and leaves the others",
      parameter,
      body: updateSubscriptionWire,
      answer: ANSWERS.subscription,
      refusals: ["NOT_FOUND", "NOT_CONFIGURED"],
    },
    handle: update,
  },
  {
    ...one,
    method: "DELETE",
    operation: room.delete,
    shape: {
      summary: "Ends a subscription",
      parameter,
      answer: ANSWERS.nothing,
      refusals: ["NOT_FOUND"],
    },
    handle: remove,
  },
  {
    method: "POST",
    path: "/webhooks/subscriptions/:id/signature-key",
    operation: room.rotateKey,
    shape: {
      summary: "Gives a subscription a new signature key",
      parameter,
      body: rotateKeyWire,
      answer: ANSWERS.signatureKey,
      refusals: ["IDEMPOTENCY_KEY_REUSED", "NOT_FOUND", "NOT_CONFIGURED"],
    },
    handle: rotateKey,
  },
  {
    method: "POST",
    path: "/webhooks/subscriptions/:id/test",
    operation: room.test,
    shape: {
      summary: "Sends one event now and answers what became of it",
      parameter,
      body: testSubscriptionWire,
      answer: ANSWERS.tested,
      refusals: ["NOT_FOUND", "NOT_CONFIGURED"],
    },
    handle: test,
  },
];
