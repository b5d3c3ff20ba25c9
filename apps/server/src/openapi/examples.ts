import type { Count, Item, Location, PhysicalCount } from "@bincard/contracts";

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
