import * as z from "zod";
import { count } from "./count.ts";
import { idempotencyKey, position } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { pageInput } from "./page.ts";
import { someText, text } from "./text.ts";
import { time } from "./time.ts";

/** What a subscription can be told of, under Square's names: receivers know them. */
export const WEBHOOK_EVENT_TYPES = ["inventory.count.updated"] as const;
const eventType = z.enum(WEBHOOK_EVENT_TYPES);
export type WebhookEventType = z.infer<typeof eventType>;

/**
 * Where a delivery stands. PENDING: it waits for its first attempt or its next one. DEAD: every attempt failed; it
 * is kept and can be replayed. REPLACED: a replay tells the same again. CANCELLED: its subscription was deleted.
 */
export const WEBHOOK_DELIVERY_STATES = [
  "PENDING",
  "DELIVERED",
  "DEAD",
  "REPLACED",
  "CANCELLED",
] as const;
const deliveryState = z.enum(WEBHOOK_DELIVERY_STATES);
export type WebhookDeliveryState = z.infer<typeof deliveryState>;

/** Why an attempt failed, in Square's words. */
export const WEBHOOK_FAILURE_REASONS = [
  "http_timeout",
  "http_error",
  "ssl_error",
  "other_error",
] as const;
const failureReason = z.enum(WEBHOOK_FAILURE_REASONS);
export type WebhookFailureReason = z.infer<typeof failureReason>;

const subscriptionId = someText(LIMITS.webhookIdCharacters);
const deliveryId = someText(LIMITS.webhookIdCharacters);

/** An address that a delivery can be posted to. Whether this server may go there, it says itself. */
function isAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password, hash } = new URL(address);
  return /^https?:$/.test(protocol) && username === "" && password === "" && hash === "";
}
const notificationUrl = someText(LIMITS.webhookUrlCharacters).refine(
  isAddress,
  "must be an https address without user, password and fragment",
);

const fields = {
  name: text(LIMITS.webhookNameCharacters),
  enabled: z.boolean(),
  eventTypes: z.array(eventType).min(1).max(LIMITS.webhookEventTypes),
  notificationUrl,
  /** Carried along for Square's SDKs. */
  apiVersion: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as "2026-09-16"'),
};

/** Someone who is told of counts as they change, by signed requests to an address. */
export const webhookSubscription = z.object({
  id: subscriptionId,
  name: z.string(),
  enabled: z.boolean(),
  eventTypes: z.array(eventType),
  notificationUrl: z.string(),
  apiVersion: z.string().optional(),
  /** What deliveries are signed with. Shown to tokens with WEBHOOKS_WRITE. */
  signatureKey: z.string().optional(),
  /** Everything up to this position of the feed is told, or on its way. */
  position,
  /** Since when no attempt has succeeded, while attempts fail. */
  failingSince: time.optional(),
  createdAt: time,
  updatedAt: time,
});
export type WebhookSubscription = z.infer<typeof webhookSubscription>;

export const createWebhookInput = z.strictObject({
  /** A repetition under the same key answers the subscription that was made. */
  idempotencyKey: idempotencyKey.optional(),
  ...fields,
  name: fields.name.default(""),
  enabled: fields.enabled.default(true),
  apiVersion: fields.apiVersion.optional(),
});
/** Fields left out keep their value. A subscription that is enabled again goes on where it was. */
export const updateWebhookInput = z.strictObject({
  id: subscriptionId,
  name: fields.name.optional(),
  enabled: fields.enabled.optional(),
  eventTypes: fields.eventTypes.optional(),
  notificationUrl: notificationUrl.optional(),
  apiVersion: fields.apiVersion.optional(),
});
export const webhookInput = z.strictObject({ id: subscriptionId });
export const rotateWebhookKeyInput = z.strictObject({
  id: subscriptionId,
  /** A repetition under the same key rotates nothing and answers the subscription as it stands. */
  idempotencyKey: idempotencyKey.optional(),
});
export const webhookOutput = z.object({ subscription: webhookSubscription });
/** By age. */
export const listWebhooksInput = z.strictObject({
  includeDisabled: z.boolean().default(true),
  order: z.enum(["ASC", "DESC"]).default("ASC"),
  ...pageInput,
});
export const webhooksPage = z.object({
  subscriptions: z.array(webhookSubscription),
  cursor: z.string().optional(),
});
export const deleteWebhookOutput = z.object({ deletedId: subscriptionId });

/** One attempt to deliver. What the receiver answered beyond its status is not kept. */
const attempt = z.object({
  at: time,
  milliseconds: z.int().nonnegative(),
  /** HTTP status, when there was an answer. */
  status: z.int().optional(),
  /** Left out when it succeeded. */
  reason: failureReason.optional(),
  /** A few words of ours about the failure. */
  detail: z.string().optional(),
});
export type WebhookAttempt = z.infer<typeof attempt>;

/** One event for one subscription. */
export const webhookDelivery = z.object({
  /** The event's id, which is the same in every attempt. */
  id: deliveryId,
  subscriptionId,
  eventType,
  state: deliveryState,
  /** The positions whose changes it tells of. */
  firstPosition: position,
  lastPosition: position,
  /** How many counts it holds. */
  countCount: z.int().nonnegative(),
  createdAt: time,
  /** Attempts since it was made, or replayed. */
  attemptCount: z.int().nonnegative(),
  /** While it is PENDING. */
  nextAttemptAt: time.optional(),
  lastAttempt: attempt.optional(),
});
export type WebhookDelivery = z.infer<typeof webhookDelivery>;

/** Newest first. Dead letters are the deliveries whose state is DEAD. */
export const listDeliveriesInput = z.strictObject({
  subscriptionId: subscriptionId.optional(),
  states: z.array(deliveryState).min(1).max(WEBHOOK_DELIVERY_STATES.length).optional(),
  ...pageInput,
});
export const deliveriesPage = z.object({
  deliveries: z.array(webhookDelivery),
  cursor: z.string().optional(),
});
export const getDeliveryInput = z.strictObject({ id: deliveryId });
export const getDeliveryOutput = z.object({
  delivery: webhookDelivery.extend({
    counts: z.array(count),
    /** Oldest first, those before a replay included. */
    attempts: z.array(attempt),
  }),
});

/** Sends one event now, which tells of the newest count, or of none. It is not kept and not retried. */
export const testWebhookInput = z.strictObject({
  id: subscriptionId,
  /** The subscription's first one when left out. */
  eventType: eventType.optional(),
});
export const testWebhookOutput = z.object({
  result: z.object({
    id: deliveryId,
    notificationUrl: z.string(),
    /** The body that was sent. */
    payload: z.string(),
    attempt,
  }),
});

/** Either one delivery again, or everything between two positions told anew. */
export const replayWebhookInput = z
  .strictObject({
    subscriptionId,
    /** This event again, under its id, with its body. */
    deliveryId: deliveryId.optional(),
    /** Counts as they stand now of everything that changed after this position … */
    afterPosition: position.optional(),
    /** … up to this one. As far as the subscription has been told when left out. */
    throughPosition: position.optional(),
  })
  .superRefine(({ deliveryId: one, afterPosition, throughPosition }, context) => {
    const fault = (path: string, failure: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], params: { failure }, message });
    if (one === undefined && afterPosition === undefined)
      fault("afterPosition", "MISSING_FIELD", "is missing: name a delivery, or a position");
    if (one !== undefined && (afterPosition ?? throughPosition) !== undefined)
      fault("deliveryId", "CONFLICTING_FIELDS", "is one delivery, and positions name several");
    if (afterPosition !== undefined && throughPosition !== undefined) {
      if (throughPosition <= afterPosition)
        fault("throughPosition", "TOO_LOW", `must be above ${afterPosition}`);
    }
  });
export const replayWebhookOutput = z.object({
  /** Deliveries that were queued. */
  queued: z.int().nonnegative(),
});
