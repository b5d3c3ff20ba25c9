import { operations } from "@bincard/contracts";
import { ANSWERS } from "./answers.ts";
import type { Endpoint } from "./call.ts";
import { batchRetrieve, list, retrieve, search } from "./catalog-reads.ts";
import { batchUpsert, removeMany, removeOne, upsert } from "./catalog-writes.ts";
import {
  batchDeleteWire,
  batchRetrieveWire,
  batchUpsertWire,
  searchWire,
  upsertWire,
} from "./wire-catalog.ts";

const { upsert: write, get: read, list: browse, delete: erase } = operations.catalog;
const post = { method: "POST" } as const;
const one = { path: "/catalog/object/:id" } as const;
const stored = [
  "IDEMPOTENCY_KEY_REUSED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "VERSION_MISMATCH",
] as const;

export const CATALOG: readonly Endpoint[] = [
  {
    ...post,
    path: "/catalog/object",
    operation: write,
    shape: {
      summary: "Makes or updates one item or variation",
      body: upsertWire,
      answer: ANSWERS.upserted,
      refusals: stored,
    },
    handle: upsert,
  },
  {
    ...post,
    path: "/catalog/batch-upsert",
    operation: write,
    shape: {
      summary: "Makes or updates many items and variations, all or none",
      body: batchUpsertWire,
      answer: ANSWERS.batchUpserted,
      refusals: stored,
    },
    handle: batchUpsert,
  },
  {
    ...one,
    method: "GET",
    operation: read,
    query: ["include_related_objects", "catalog_version", "include_category_path_to_root"],
    shape: {
      summary: "One item or variation",
      parameter: "object_id",
      answer: ANSWERS.object,
      refusals: ["NOT_FOUND"],
    },
    handle: retrieve,
  },
  {
    ...one,
    method: "DELETE",
    operation: erase,
    shape: {
      summary: "Deletes one item with its variations, or one variation",
      parameter: "object_id",
      answer: ANSWERS.removed,
      refusals: ["NOT_FOUND"],
    },
    handle: removeOne,
  },
  {
    method: "GET",
    path: "/catalog/list",
    operation: browse,
    query: ["cursor", "types", "catalog_version"],
    shape: { summary: "Items and variations by id", answer: ANSWERS.objects, refusals: [] },
    handle: list,
  },
  {
    ...post,
    path: "/catalog/search",
    operation: browse,
    shape: {
      summary: "Items and variations by name, SKU or UPC",
      body: searchWire,
      answer: ANSWERS.found,
      refusals: [],
    },
    handle: search,
  },
  {
    ...post,
    path: "/catalog/batch-retrieve",
    operation: browse,
    shape: {
      summary: "The items and variations of these ids, in the order asked for",
      body: batchRetrieveWire,
      answer: ANSWERS.retrieved,
      refusals: [],
    },
    handle: batchRetrieve,
  },
  {
    ...post,
    path: "/catalog/batch-delete",
    operation: erase,
    shape: {
      summary: "Deletes many items and variations, all or none",
      body: batchDeleteWire,
      answer: ANSWERS.removed,
      refusals: ["NOT_FOUND"],
    },
    handle: removeMany,
  },
];
