import * as z from "zod";
import { extra } from "./extra.ts";
import { catalogObjectId, chosenCatalogObjectId, idempotencyKey } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { pageInput } from "./page.ts";
import { someText, text } from "./text.ts";
import { time, timeInput } from "./time.ts";

/**
 * The minimum of a catalog, so that nothing is counted that does not exist. An ITEM groups its
 * ITEM_VARIATIONs; only variations are counted. What else a team keeps on an object travels in
 * `extra`: stored and answered verbatim, never read.
 */
export const CATALOG_OBJECT_TYPES = ["ITEM", "ITEM_VARIATION"] as const;
export const catalogObjectType = z.enum(CATALOG_OBJECT_TYPES);
export type CatalogObjectType = z.infer<typeof catalogObjectType>;

/** Counts the updates of an object; an update names the one it was made from. */
export const version = z.int().positive();

const itemFields = {
  name: someText(LIMITS.itemNameCharacters),
  description: text(LIMITS.descriptionCharacters).optional(),
  extra: extra.optional(),
};
const variationFields = {
  name: someText(LIMITS.nameCharacters),
  sku: someText(LIMITS.nameCharacters).optional(),
  upc: someText(LIMITS.nameCharacters).optional(),
  extra: extra.optional(),
};

/**
 * No `version`: a new object. A `version`: an update of that version, VERSION_MISMATCH when it is
 * not current.
 */
const identity = { id: chosenCatalogObjectId, version: version.optional() };

export const itemInput = z.strictObject({
  type: z.literal("ITEM"),
  ...identity,
  ...itemFields,
  /** Variations to make or update along with the item. Ones not named stay as they are. */
  variations: z
    .array(z.strictObject({ ...identity, ...variationFields }))
    .max(LIMITS.variationsPerItem)
    .optional(),
});
export const itemVariationInput = z.strictObject({
  type: z.literal("ITEM_VARIATION"),
  ...identity,
  ...variationFields,
  /** The item it belongs to: an id, or a "#name" of this request. An update cannot move it. */
  itemId: chosenCatalogObjectId,
});
export const catalogObjectInput = z.discriminatedUnion("type", [itemInput, itemVariationInput]);
export type CatalogObjectInput = z.input<typeof catalogObjectInput>;
export type ParsedCatalogObject = z.output<typeof catalogObjectInput>;

const stored = { id: catalogObjectId, version, updatedAt: time, isDeleted: z.boolean() };

export const itemVariation = z.object({
  type: z.literal("ITEM_VARIATION"),
  ...stored,
  itemId: catalogObjectId,
  name: z.string(),
  sku: z.string().optional(),
  upc: z.string().optional(),
  extra: extra.optional(),
});
export type ItemVariation = z.infer<typeof itemVariation>;
export const item = z.object({
  type: z.literal("ITEM"),
  ...stored,
  name: z.string(),
  description: z.string().optional(),
  extra: extra.optional(),
  /** Its variations; a deleted item shows its deleted ones. */
  variations: z.array(itemVariation),
});
export type Item = z.infer<typeof item>;
export const catalogObject = z.discriminatedUnion("type", [item, itemVariation]);
export type CatalogObject = z.infer<typeof catalogObject>;

/** All or none. A refusal names each object at fault by its path. */
export const upsertCatalogInput = z.strictObject({
  idempotencyKey,
  objects: z.array(catalogObjectInput).min(1).max(LIMITS.catalogObjectsPerUpsert),
});
export const upsertCatalogOutput = z.object({
  /** In request order, as they stand. */
  objects: z.array(catalogObject),
  /** Which id each "#name" of the request became. */
  idMappings: z.array(z.object({ clientObjectId: z.string(), objectId: catalogObjectId })),
  idempotencyKey,
  replayed: z.boolean(),
});

export const getCatalogInput = z.strictObject({
  id: catalogObjectId,
  /** A deleted object is NOT_FOUND unless this is true. */
  includeDeleted: z.boolean().default(false),
});
export const getCatalogOutput = z.object({ object: catalogObject });

/** By id, ascending: stable under any writes. */
export const listCatalogInput = z.strictObject({
  types: z.array(catalogObjectType).min(1).max(CATALOG_OBJECT_TYPES.length).optional(),
  ids: z.array(catalogObjectId).min(1).max(LIMITS.idsPerFilter).optional(),
  /** Objects whose name, SKU or UPC contains every word of this, whatever the case. */
  text: someText(LIMITS.searchTextCharacters).optional(),
  /** Variations with exactly one of these SKUs. */
  skus: z.array(someText(LIMITS.nameCharacters)).min(1).max(LIMITS.idsPerFilter).optional(),
  includeDeleted: z.boolean().default(false),
  /** Only objects whose `updatedAt` is after this. */
  updatedAfter: timeInput.optional(),
  ...pageInput,
});
export const catalogPage = z.object({
  objects: z.array(catalogObject),
  cursor: z.string().optional(),
});

/** Soft and cascading: an item takes its variations along. Counts and changes stay. */
export const deleteCatalogInput = z.strictObject({
  ids: z.array(catalogObjectId).min(1).max(LIMITS.catalogIdsPerDelete),
});
export const deleteCatalogOutput = z.object({
  /** What this call deleted; what was deleted before is not named again. */
  deletedIds: z.array(catalogObjectId),
  deletedAt: time,
});
