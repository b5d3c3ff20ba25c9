import {
  CATALOG_OBJECT_TYPES,
  type CatalogObjectType,
  LIMITS,
  nouns,
  operations,
} from "@bincard/contracts";
import * as z from "zod";
import { boundedAs, ignored, integer, json } from "./wire.ts";

const { shape: item } = nouns.input.NewItem;
const { shape: variation } = nouns.input.NewItemVariation;
const { shape: listing } = operations.catalog.list.input;
const text = (contract: z.ZodType) => boundedAs(z.string(), contract);
const idempotencyKey = text(operations.catalog.upsert.input.shape.idempotencyKey);
const objectId = text(operations.catalog.get.input.shape.id);

const carried = json.optional();
/** Members of a CatalogObject itself that Bincard keeps without reading. */
export const CARRIED_FIELDS = [
  "custom_attribute_values",
  "catalog_v1_ids",
  "present_at_all_locations",
  "present_at_location_ids",
  "absent_at_location_ids",
  "image_id",
] as const;
const object = {
  id: text(item.id),
  version: boundedAs(integer, item.version.unwrap()).optional(),
  updated_at: ignored,
  is_deleted: ignored,
  custom_attribute_values: carried,
  catalog_v1_ids: carried,
  present_at_all_locations: carried,
  present_at_location_ids: carried,
  absent_at_location_ids: carried,
  image_id: carried,
} satisfies Record<(typeof CARRIED_FIELDS)[number], z.ZodType> & Record<string, z.ZodType>;

/**
 * Square's item and variation have dozens of fields and gain some with every version. The ones Bincard reads
 * are named here; every other is kept and answered as it came.
 */
const variationFields = {
  // "" is a variation without one.
  name: z.string().meta({ maxLength: LIMITS.nameCharacters }).optional(),
  sku: z.string().meta({ maxLength: LIMITS.nameCharacters }).optional(),
  upc: z.string().meta({ maxLength: LIMITS.nameCharacters }).optional(),
};
const variationType = { type: z.literal("ITEM_VARIATION"), ...object };

/** A variation within its item need not say whose it is. */
const innerVariation = z.strictObject({
  ...variationType,
  item_variation_data: z
    .object({ ...variationFields, item_id: text(variation.itemId).optional() })
    .catchall(json),
});
export type WireInnerVariation = z.output<typeof innerVariation>;
const variationObject = z.strictObject({
  ...variationType,
  item_variation_data: z
    .object({ ...variationFields, item_id: text(variation.itemId) })
    .catchall(json),
});

const itemObject = z
  .strictObject({
    type: z.literal("ITEM"),
    ...object,
    item_data: z
      .object({
        name: text(item.name),
        description: text(item.description.unwrap()).optional(),
        variations: z.array(innerVariation).max(LIMITS.variationsPerItem).optional(),
      })
      .catchall(json),
  })
  .superRefine(({ id, item_data: { variations = [] } }, context) => {
    for (const [at, { item_variation_data: data }] of variations.entries()) {
      if (data.item_id === undefined || data.item_id === id) continue;
      context.addIssue({
        code: "custom",
        path: ["item_data", "variations", at, "item_variation_data", "item_id"],
        message: "must be the id of the item the variation stands in, or left out",
      });
    }
  });
export type WireItem = z.output<typeof itemObject>;

export const wireObject = z.discriminatedUnion("type", [itemObject, variationObject]);
export type WireObject = z.output<typeof wireObject>;

/** POST catalog/object. */
export const upsertWire = z.strictObject({ idempotency_key: idempotencyKey, object: wireObject });
/** POST catalog/batch-upsert. */
export const batchUpsertWire = z.strictObject({
  idempotency_key: idempotencyKey,
  batches: z
    .array(
      z.strictObject({
        objects: z.array(wireObject).min(1).max(LIMITS.catalogObjectsPerBatch),
      }),
    )
    .min(1)
    .max(LIMITS.catalogObjectsPerUpsert),
});

/** Types Square has and Bincard keeps none of: as a filter they are known, and match nothing. */
const OTHER_TYPES = [
  "IMAGE",
  "CATEGORY",
  "TAX",
  "DISCOUNT",
  "MODIFIER_LIST",
  "MODIFIER",
  "PRICING_RULE",
  "PRODUCT_SET",
  "TIME_PERIOD",
  "MEASUREMENT_UNIT",
  "SUBSCRIPTION_PLAN_VARIATION",
  "ITEM_OPTION",
  "ITEM_OPTION_VAL",
  "CUSTOM_ATTRIBUTE_DEFINITION",
  "QUICK_AMOUNTS_SETTINGS",
  "SUBSCRIPTION_PLAN",
  "AVAILABILITY_PERIOD",
] as const;
const KNOWN_TYPES = [...CATALOG_OBJECT_TYPES, ...OTHER_TYPES] as const;
export const objectTypes = z.array(z.enum(KNOWN_TYPES)).max(KNOWN_TYPES.length);

/** The types of a filter that Bincard keeps; none at all when the filter names only others. */
export function keptTypes(named: z.output<typeof objectTypes>): CatalogObjectType[] {
  return CATALOG_OBJECT_TYPES.filter((type) => named.includes(type));
}

const unsupported = (reason: string) =>
  z
    .custom<undefined>((given) => given === undefined, `is not supported: ${reason}`)
    .meta({ not: {}, description: `not supported: ${reason}` })
    .optional();
const noVersions = unsupported("Bincard keeps the current version of an object only");
const otherQuery = unsupported("use text_query, exact_query, prefix_query or set_query");

const attribute = z.enum(["name", "sku", "upc"]);
export type SearchAttribute = z.output<typeof attribute>;
const queries = z.strictObject({
  text_query: z
    .strictObject({ keywords: z.array(z.string()).min(1).max(LIMITS.searchTextCharacters) })
    .optional(),
  exact_query: z
    .strictObject({ attribute_name: attribute, attribute_value: z.string() })
    .optional(),
  prefix_query: z
    .strictObject({ attribute_name: attribute, attribute_prefix: z.string() })
    .optional(),
  set_query: z
    .strictObject({
      attribute_name: z.enum(["sku"]),
      attribute_values: z.array(z.string()).max(LIMITS.idsPerFilter),
    })
    .optional(),
  sorted_attribute_query: otherQuery,
  range_query: otherQuery,
  items_for_tax_query: otherQuery,
  items_for_modifier_list_query: otherQuery,
  items_for_item_options_query: otherQuery,
  item_variations_for_item_option_values_query: otherQuery,
  modifiers_for_child_list_query: otherQuery,
});
const query = queries.refine((given) => Object.keys(given).length <= 1, {
  message: "must hold one query",
  params: { failure: "CONFLICTING_FIELDS" },
});
export type WireQuery = z.output<typeof query>;

/** POST catalog/search. */
export const searchWire = z.strictObject({
  cursor: z.string().optional(),
  object_types: objectTypes.optional(),
  include_deleted_objects: z.boolean().optional(),
  include_related_objects: z.boolean().optional(),
  include_category_path_to_root: ignored,
  include_options: ignored,
  begin_time: text(listing.updatedAfter.unwrap()).optional(),
  query: query.optional(),
  limit: boundedAs(integer, listing.limit).optional(),
});

/** POST catalog/batch-retrieve. */
export const batchRetrieveWire = z.strictObject({
  object_ids: z.array(objectId).max(LIMITS.idsPerFilter),
  include_related_objects: z.boolean().optional(),
  include_deleted_objects: z.boolean().optional(),
  include_category_path_to_root: ignored,
  include_options: ignored,
  catalog_version: noVersions,
});

/** POST catalog/batch-delete. */
export const batchDeleteWire = z.strictObject({
  object_ids: z.array(objectId).max(LIMITS.catalogIdsPerDelete),
});
