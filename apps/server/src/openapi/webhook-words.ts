import type { FailureCode, Operations } from "@bincard/contracts";
import { attempt, count, delivery, KEY, newSubscription, subscription } from "./examples.ts";
import type { Words } from "./words.ts";

const PAGED =
  "A follow-up page repeats the filters and adds the cursor of the page before it. A cursor does not expire.";
const CONFIGURED: readonly FailureCode[] = ["NOT_CONFIGURED"];
const { id } = subscription;
const { signatureKey: _, ...keptSecret } = subscription;

type RoomWords = {
  readonly [Verb in keyof Operations["webhooks"]]: Words<Operations["webhooks"][Verb]>;
};

export const WEBHOOK_WORDS: RoomWords = {
  create: {
    summary: "Has counts sent to an address from now on",
    description:
      "The address must be https and public. A repetition under the same idempotency key answers the same subscription.",
    refusals: ["IDEMPOTENCY_KEY_REUSED", "NOT_FOUND", ...CONFIGURED],
    input: { idempotencyKey: KEY, ...newSubscription },
    answer: { subscription },
  },
  get: {
    summary: "One subscription",
    description: "Its signature key is shown to tokens with WEBHOOKS_WRITE.",
    refusals: ["NOT_FOUND"],
    input: { id },
    answer: { subscription: keptSecret },
  },
  list: {
    summary: "Every subscription, by age",
    description: PAGED,
    refusals: [],
    input: {},
    answer: { subscriptions: [keptSecret] },
  },
  update: {
    summary: "Changes the fields named, and leaves the others",
    description: "A subscription that is enabled again goes on where it was.",
    refusals: ["NOT_FOUND", ...CONFIGURED],
    input: { id, enabled: false },
    answer: { subscription: { ...subscription, enabled: false } },
  },
  delete: {
    summary: "Ends a subscription",
    description: "What it was still to be told is cancelled.",
    refusals: ["NOT_FOUND"],
    input: { id },
    answer: { deletedId: id },
  },
  rotateKey: {
    summary: "Gives a subscription a new signature key",
    description:
      "For 24 hours the header webhook-signature carries a signature by the old key, too; Square's header does not. A repetition under the same idempotency key rotates nothing and answers the subscription as it stands.",
    refusals: ["IDEMPOTENCY_KEY_REUSED", "NOT_FOUND", ...CONFIGURED],
    input: { id, idempotencyKey: KEY },
    answer: { subscription },
  },
  test: {
    summary: "Sends one event now and answers what became of it",
    description: "It tells of the count that changed last.",
    refusals: ["NOT_FOUND", ...CONFIGURED],
    input: { id },
    answer: {
      result: {
        id: delivery.id,
        notificationUrl: subscription.notificationUrl,
        payload: '{"merchant_id":"ML4Q2ZC7XKA5T","type":"inventory.count.updated"}',
        attempt,
      },
    },
  },
  deliveries: {
    summary: "What was sent, or is to be, newest first",
    description: `Dead letters are those in the state DEAD. ${PAGED}`,
    refusals: [],
    input: { subscriptionId: id, states: ["DEAD"] },
    answer: {
      deliveries: [
        {
          ...delivery,
          state: "DEAD",
          attemptCount: 12,
          lastAttempt: { ...attempt, status: 500, reason: "http_error" },
        },
      ],
    },
  },
  delivery: {
    summary: "One delivery, with its counts and each attempt",
    refusals: ["NOT_FOUND"],
    input: { id: delivery.id },
    answer: { delivery: { ...delivery, counts: [count], attempts: [attempt] } },
  },
  replay: {
    summary: "Sends one delivery again, or tells anew what changed between two positions",
    refusals: ["NOT_FOUND", ...CONFIGURED],
    input: { subscriptionId: id, afterPosition: 0 },
    answer: { queued: 1 },
  },
};
