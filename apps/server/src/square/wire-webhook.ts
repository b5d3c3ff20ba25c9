import { LIMITS, operations, WEBHOOK_EVENT_TYPES } from "@bincard/contracts";
import * as z from "zod";
import { boundedAs, ignored, integer } from "./wire.ts";

const { shape: made } = operations.webhooks.create.input;
const { limit } = operations.webhooks.list.input.shape;

const idempotencyKey = boundedAs(z.string(), made.idempotencyKey.unwrap()).optional();
const name = boundedAs(z.string(), made.name.unwrap());
const url = boundedAs(z.string(), made.notificationUrl);
const eventType = z.enum(WEBHOOK_EVENT_TYPES);
const eventTypes = z.array(eventType).max(LIMITS.webhookEventTypes);
const apiVersion = boundedAs(z.string(), made.apiVersion.unwrap());

const fields = {
  name: name.optional(),
  enabled: z.boolean().optional(),
  event_types: eventTypes.optional(),
  notification_url: url.optional(),
  api_version: apiVersion.optional(),
  id: ignored,
  signature_key: ignored,
  created_at: ignored,
  updated_at: ignored,
};

/** POST webhooks/subscriptions. */
export const createSubscriptionWire = z.strictObject({
  idempotency_key: idempotencyKey,
  subscription: z.strictObject({ ...fields, event_types: eventTypes, notification_url: url }),
});
/** PUT webhooks/subscriptions/{subscription_id}. */
export const updateSubscriptionWire = z.strictObject({ subscription: z.strictObject(fields) });
/** POST webhooks/subscriptions/{subscription_id}/signature-key. */
export const rotateKeyWire = z.strictObject({ idempotency_key: idempotencyKey });
/** POST webhooks/subscriptions/{subscription_id}/test. */
export const testSubscriptionWire = z.strictObject({ event_type: eventType.optional() });
/** The query of GET webhooks/subscriptions. */
export const listSubscriptionsWire = z.strictObject({
  sort_order: z.enum(["ASC", "DESC"]).optional(),
  limit: boundedAs(integer, limit).optional(),
});
