import type { JsonObject } from "./answers.ts";
import { KEY } from "./examples.ts";

const counted = {
  type: "PHYSICAL_COUNT",
  physical_count: {
    catalog_object_id: "TEA-100G",
    location_id: "SHOP",
    state: "IN_STOCK",
    quantity: "40",
    occurred_at: "2026-11-22T09:30:00Z",
  },
};
const item = {
  type: "ITEM",
  id: "#tea",
  item_data: {
    name: "Green tea",
    variations: [
      { type: "ITEM_VARIATION", id: "#tea-100", item_variation_data: { name: "100 g" } },
    ],
  },
};
const batch = { idempotency_key: KEY, changes: [counted] };
const filters = { catalog_object_ids: ["TEA-100G"], location_ids: ["SHOP"] };

/** What a request of each POST and PUT looks like. */
const EXAMPLES: Readonly<Record<string, JsonObject>> = {
  postInventoryChangesBatchCreate: batch,
  postInventoryBatchChange: batch,
  postInventoryChangesBatchRetrieve: { ...filters, types: ["PHYSICAL_COUNT"] },
  postInventoryBatchRetrieveChanges: { ...filters, types: ["PHYSICAL_COUNT"] },
  postInventoryCountsBatchRetrieve: { ...filters, states: ["IN_STOCK"] },
  postInventoryBatchRetrieveCounts: { ...filters, states: ["IN_STOCK"] },
  postCatalogObject: { idempotency_key: KEY, object: item },
  postCatalogBatchUpsert: { idempotency_key: KEY, batches: [{ objects: [item] }] },
  postCatalogSearch: { query: { text_query: { keywords: ["green", "tea"] } }, limit: 10 },
  postCatalogBatchRetrieve: { object_ids: ["TEA-100G"], include_related_objects: true },
  postCatalogBatchDelete: { object_ids: ["TEA"] },
  postLocations: { location: { name: "High Street", timezone: "Europe/London" } },
  putLocationsById: { location: { status: "INACTIVE" } },
  postWebhooksSubscriptions: {
    idempotency_key: KEY,
    subscription: {
      name: "Web shop",
      event_types: ["inventory.count.updated"],
      notification_url: "https://shop.example/hooks/bincard",
    },
  },
  putWebhooksSubscriptionsById: { subscription: { enabled: false } },
  postWebhooksSubscriptionsByIdSignatureKey: { idempotency_key: KEY },
  postWebhooksSubscriptionsByIdTest: { event_type: "inventory.count.updated" },
};

export function squareExample(operationId: string): JsonObject | undefined {
  return EXAMPLES[operationId];
}
