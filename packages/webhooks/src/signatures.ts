import { createHmac } from "node:crypto";

/** Square's: over the subscription's address and the body, under the key's text. */
export function signatureOfSquare(
  { notificationUrl, body }: { readonly notificationUrl: string; readonly body: string },
  signatureKey: string,
): string {
  return createHmac("sha256", signatureKey).update(notificationUrl).update(body).digest("base64");
}

/** Standard Webhooks': over id, time and body, under the bytes that the key's text is the base64 of. */
export function signatureOfStandardWebhooks(
  {
    id,
    timestamp,
    body,
  }: { readonly id: string; readonly timestamp: number; readonly body: string },
  signatureKey: string,
): string {
  const key = Buffer.from(signatureKey, "base64");
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body);
  return `v1,${mac.digest("base64")}`;
}
