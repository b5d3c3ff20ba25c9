import type {
  Count,
  Item,
  Location,
  PhysicalCount,
  WebhookDelivery,
  WebhookSubscription,
} from "@bincard/contracts";

/** A little shop, told by every example of the document. */
const VARIATION = "TEA-100G";
const SHOP = "SHOP";
const AT = "2026-11-22T09:30:00Z";
const RECEIVED = "2026-11-22T09:30:01.482913Z";
export const KEY = "7f2d1c04-8d0e-4f0a-9a53-6f8f8e1b2c11";

export const newCount = {
  type: "PHYSICAL_COUNT" as const,
  catalogObjectId: VARIATION,
  locationId: SHOP,
  state: "IN_STOCK" as const,
  quantity: "40",
  occurredAt: AT,
};

export const physicalCount: PhysicalCount = {
  type: "PHYSICAL_COUNT",
  id: "Q7C2MV5KDJ4XN6BTYAWP3HRE",
  position: 1,
  catalogObjectId: VARIATION,
  catalogObjectType: "ITEM_VARIATION",
  quantity: "40",
  occurredAt: AT,
  createdAt: RECEIVED,
  source: { applicationId: "till", name: "Till" },
  locationId: SHOP,
  state: "IN_STOCK",
};

export const count: Count = {
  catalogObjectId: VARIATION,
  catalogObjectType: "ITEM_VARIATION",
  locationId: SHOP,
  state: "IN_STOCK",
  quantity: "40",
  calculatedAt: RECEIVED,
};

export const newItem = {
  type: "ITEM" as const,
  id: "TEA",
  name: "Green tea",
  variations: [{ id: VARIATION, name: "100 g", sku: "4006381333931" }],
};

export const item: Item = {
  type: "ITEM",
  id: "TEA",
  version: 1,
  updatedAt: RECEIVED,
  isDeleted: false,
  name: "Green tea",
  variations: [
    {
      type: "ITEM_VARIATION",
      id: VARIATION,
      version: 1,
      updatedAt: RECEIVED,
      isDeleted: false,
      itemId: "TEA",
      name: "100 g",
      sku: "4006381333931",
    },
  ],
};

export const location: Location = {
  id: SHOP,
  merchantId: "ML4Q2ZC7XKA5T",
  name: "High Street",
  timezone: "Europe/London",
  status: "ACTIVE",
  createdAt: RECEIVED,
};

export const merchant = { id: "ML4Q2ZC7XKA5T", name: "The tea shop", createdAt: RECEIVED };
export const token = {
  id: "T6W3FQ9JZK2MX",
  merchantId: merchant.id,
  application: { id: "till", name: "Till" },
  scopes: ["INVENTORY_READ" as const, "INVENTORY_WRITE" as const],
  createdAt: RECEIVED,
};
export const feedCursor = "eyJwIjoxfQ";

export const newSubscription = {
  name: "Web shop",
  eventTypes: ["inventory.count.updated" as const],
  notificationUrl: "https://shop.example/hooks/bincard",
};
export const subscription: WebhookSubscription = {
  id: "wbhk_5f1c9d3a7b2e4c06a8d1e3f5b7c9d0e2",
  enabled: true,
  ...newSubscription,
  signatureKey: "gX2kq0m4Wm5cJ1xgq0b8r3T6s9vYyA2d5f8h1k4n7o0=",
  position: 1,
  createdAt: RECEIVED,
  updatedAt: RECEIVED,
};
export const attempt = { at: RECEIVED, milliseconds: 84, status: 200 };
export const delivery: WebhookDelivery = {
  id: "df5f3813-a913-45a1-94e9-fdc3f7d5e3b6",
  subscriptionId: subscription.id,
  eventType: "inventory.count.updated",
  state: "DELIVERED",
  firstPosition: 1,
  lastPosition: 1,
  countCount: 1,
  createdAt: RECEIVED,
  attemptCount: 1,
  lastAttempt: attempt,
};
