import { nouns } from "@bincard/contracts";
import * as z from "zod";
import type { Dialect } from "./version.ts";
import { CARRIED_FIELDS } from "./wire-catalog.ts";
import { json } from "./wire.ts";

/**
 * What this door answers, for its document and for the trials that hold every answer against it. Nothing is
 * parsed with these on the way out: the translations make what they say.
 */
const { Change, Count, Location, ItemVariation, WebhookDelivery, WebhookSubscription } =
  nouns.output;
const { quantity, state, calculatedAt: time } = Count.shape;
const [physicalCountNoun] = Change.options;
const { catalogObjectId, locationId, catalogObjectType, id } = physicalCountNoun.shape;

const cursor = z.string().optional();

const said = {
  id,
  reference_id: z.string().optional(),
  catalog_object_id: catalogObjectId,
  catalog_object_type: catalogObjectType,
  quantity,
  source: z.object({
    product: z.literal("EXTERNAL_API"),
    application_id: z.string(),
    name: z.string(),
  }),
  employee_id: z.string().optional(),
  team_member_id: z.string().optional(),
  occurred_at: time,
  created_at: time,
};
const physicalCount = z.object({ ...said, state, location_id: locationId });
const adjustment = z.object({
  ...said,
  from_state: state,
  to_state: state,
  /** When both sides are at one location. */
  location_id: locationId.optional(),
  from_location_id: locationId,
  to_location_id: locationId,
});
const transfer = z.object({
  ...said,
  state,
  from_location_id: locationId,
  to_location_id: locationId,
});

const countChange = z.object({
  type: z.literal("PHYSICAL_COUNT"),
  physical_count: physicalCount,
});
const adjustmentChange = z.object({ type: z.literal("ADJUSTMENT"), adjustment });
const transferChange = z.object({ type: z.literal("TRANSFER"), transfer });
const changeOfA = z.discriminatedUnion("type", [countChange, adjustmentChange, transferChange]);
const changeOfB = z.discriminatedUnion("type", [countChange, adjustmentChange]);

const count = z.object({
  catalog_object_id: catalogObjectId,
  catalog_object_type: catalogObjectType,
  state,
  location_id: locationId,
  quantity,
  calculated_at: time,
});

const carried = Object.fromEntries(CARRIED_FIELDS.map((name) => [name, json.optional()]));
const stored = {
  id: catalogObjectId,
  updated_at: time,
  version: ItemVariation.shape.version,
  is_deleted: z.boolean(),
  ...carried,
};
const variation = z.object({
  type: z.literal("ITEM_VARIATION"),
  ...stored,
  item_variation_data: z.looseObject({
    item_id: catalogObjectId,
    name: z.string().optional(),
    sku: z.string().optional(),
    upc: z.string().optional(),
  }),
});
const item = z.object({
  type: z.literal("ITEM"),
  ...stored,
  item_data: z.looseObject({
    name: z.string(),
    description: z.string().optional(),
    variations: z.array(variation),
  }),
});
const catalogObject = z.discriminatedUnion("type", [item, variation]);

const location = z.looseObject({
  id: locationId,
  name: z.string(),
  description: z.string().optional(),
  timezone: z.string().optional(),
  status: Location.shape.status,
  merchant_id: Location.shape.merchantId,
  created_at: time,
});

const subscription = z.object({
  id: WebhookSubscription.shape.id,
  name: z.string(),
  enabled: z.boolean(),
  event_types: WebhookSubscription.shape.eventTypes,
  notification_url: z.string(),
  api_version: z.string(),
  /** For tokens with WEBHOOKS_WRITE. */
  signature_key: z.string().optional(),
  created_at: time,
  updated_at: time,
});
const tested = (payload: z.ZodType) =>
  z.object({
    subscription_test_result: z.object({
      id: WebhookDelivery.shape.id,
      status_code: z.int().optional(),
      payload,
      created_at: time,
      updated_at: time,
    }),
    notification_url: z.string(),
    /** Left out when there was no answer. */
    status_code: z.int().optional(),
    passes_filter: z.literal(true),
    payload: z.looseObject({}),
  });

/** The nouns of this door, under the name its document gives each. */
export const SQUARE_NOUNS = {
  InventoryPhysicalCount: physicalCount,
  InventoryAdjustment: adjustment,
  InventoryTransfer: transfer,
  InventoryChangeA: changeOfA,
  InventoryChangeB: changeOfB,
  InventoryCount: count,
  SquareCatalogObject: catalogObject,
  SquareCatalogItem: item,
  SquareCatalogItemVariation: variation,
  SquareLocation: location,
  SquareWebhookSubscription: subscription,
} as const;

/** One shape for both dialects, or one for each. */
export type Shapes = z.ZodType | Readonly<Record<Dialect, z.ZodType>>;

const createdOf = (change: z.ZodType) =>
  z.object({ counts: z.array(count), changes: z.array(change) });
const changesOf = (change: z.ZodType) => z.object({ changes: z.array(change), cursor });
const objects = z.array(catalogObject);
const related = { related_objects: z.array(item).optional() };

const idMappings = z.array(z.object({ client_object_id: z.string(), object_id: catalogObjectId }));

/** Every answer of the door, by what it is the answer to. */
export const ANSWERS = {
  created: { A: createdOf(changeOfA), B: createdOf(changeOfB) },
  changes: { A: changesOf(changeOfA), B: changesOf(changeOfB) },
  counts: z.object({ counts: z.array(count), cursor }),
  adjustment: z.object({ adjustment }),
  physicalCount: z.object({ count: physicalCount }),
  transfer: z.object({ transfer }),
  upserted: z.object({ catalog_object: catalogObject, id_mappings: idMappings }),
  batchUpserted: z.object({
    objects,
    updated_at: time.optional(),
    id_mappings: idMappings,
  }),
  object: z.object({ object: catalogObject, ...related }),
  objects: z.object({ objects, cursor }),
  found: z.object({ objects, ...related, cursor }),
  retrieved: z.object({ objects, ...related }),
  removed: z.object({ deleted_object_ids: z.array(catalogObjectId), deleted_at: time }),
  location: z.object({ location }),
  locations: z.object({ locations: z.array(location) }),
  subscription: z.object({ subscription }),
  subscriptions: z.object({ subscriptions: z.array(subscription), cursor }),
  signatureKey: z.object({ signature_key: z.string() }),
  tested: { A: tested(z.string()), B: tested(z.looseObject({})) },
  eventTypes: z.object({
    event_types: WebhookSubscription.shape.eventTypes,
    metadata: z.array(
      z.object({
        event_type: z.string(),
        api_version_introduced: z.string(),
        release_status: z.string(),
      }),
    ),
  }),
  nothing: z.object({}),
} as const satisfies Record<string, Shapes>;
