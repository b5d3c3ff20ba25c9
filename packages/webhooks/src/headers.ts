import type { WebhookFailureReason } from "@bincard/contracts";
import { signatureOfSquare, signatureOfStandardWebhooks } from "./signatures.ts";

/** One attempt at a delivery. */
export interface Attempt {
  readonly id: string;
  /** The body as it is sent. */
  readonly body: string;
  /** As the subscription has it, to the letter: Square's signature covers it. */
  readonly notificationUrl: string;
  /** Newest first. Standard Webhooks' header has a signature by each, Square's by the newest. */
  readonly signatureKeys: readonly [string, ...string[]];
  /** Of this attempt, in milliseconds since 1970. */
  readonly now: number;
  /** RFC 3339. */
  readonly firstAttemptAt: string;
  /** The feed up to here is told once this delivery and those before it are; left out where there is none. */
  readonly position?: number;
  /** Left out in the first attempt. */
  readonly retry?: { readonly number: number; readonly because: WebhookFailureReason };
}

/** The headers of an attempt: Square's and Standard Webhooks', which do not collide. */
export function attemptHeaders(attempt: Attempt): Record<string, string> {
  const { id, body, notificationUrl, signatureKeys, now, firstAttemptAt, position, retry } =
    attempt;
  const timestamp = Math.floor(now / 1_000);
  const [newest] = signatureKeys;
  const signed = { id, timestamp, body };
  return {
    "content-type": "application/json",
    "square-environment": "Production",
    "square-initial-delivery-timestamp": firstAttemptAt,
    "x-square-hmacsha256-signature": signatureOfSquare({ notificationUrl, body }, newest),
    ...(retry === undefined
      ? {}
      : { "square-retry-number": String(retry.number), "square-retry-reason": retry.because }),
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatureKeys
      .map((key) => signatureOfStandardWebhooks(signed, key))
      .join(" "),
    ...(position === undefined ? {} : { "bincard-position": String(position) }),
  };
}
