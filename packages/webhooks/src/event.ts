import type { Count, WebhookEventType } from "@bincard/contracts";

/** What a receiver is told. */
export interface WebhookEvent {
  readonly id: string;
  readonly merchantId: string;
  readonly type: WebhookEventType;
  readonly createdAt: string;
  readonly counts: readonly Count[];
}

/**
 * The body of a delivery, in Square's words. One event gives one text, byte for byte, in every attempt and in every
 * process: receivers may compare it, and signatures cover it.
 */
export function eventBody({ id, merchantId, type, createdAt, counts }: WebhookEvent): string {
  return JSON.stringify({
    merchant_id: merchantId,
    type,
    event_id: id,
    created_at: createdAt,
    data: {
      type: "inventory_counts",
      id,
      object: { inventory_counts: counts.map(wireCount) },
    },
  });
}

function wireCount(count: Count) {
  return {
    calculated_at: count.calculatedAt,
    catalog_object_id: count.catalogObjectId,
    catalog_object_type: count.catalogObjectType,
    location_id: count.locationId,
    quantity: count.quantity,
    state: count.state,
  };
}
