import type { StoredDelivery } from "../store/webhook-deliveries.ts";
import type { StoredSubscription } from "../store/webhook-subscriptions.ts";
import type { Parcel } from "./courier.ts";
import { placeOf } from "./place.ts";
import type { Vault } from "./vault.ts";

export type Told = Pick<
  StoredDelivery,
  "id" | "eventType" | "createdAt" | "counts" | "lastPosition" | "attempts" | "attemptCount"
>;

interface Sender {
  readonly vault: Vault;
  readonly merchantId: string;
  readonly subscription: StoredSubscription;
}

/** Undefined when the signature key was sealed under another secret than this server's. */
export function parcelOf(
  { vault, merchantId, subscription }: Sender,
  { id, attempts, attemptCount, ...told }: Told,
): Parcel | undefined {
  const { signatureKey, oldSignatureKey, notificationUrl } = subscription;
  const place = placeOf(merchantId, subscription.id);
  const key = vault.open(signatureKey, place);
  if (key === undefined) return undefined;
  const oldKey = oldSignatureKey && vault.open(oldSignatureKey, place);
  return {
    deliveryId: id,
    merchantId,
    eventType: told.eventType,
    createdAt: told.createdAt,
    counts: told.counts,
    lastPosition: told.lastPosition,
    notificationUrl,
    signatureKeys: oldKey === undefined ? [key] : [key, oldKey],
    firstAttemptAt: attempts[0]?.at,
    retry:
      attemptCount === 0 ? undefined : { number: attemptCount, because: attempts.at(-1)?.reason },
  };
}
