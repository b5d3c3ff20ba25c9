import { operations } from "@bincard/contracts";
import type { Endpoint } from "./call.ts";
import { batchRetrieve, list, retrieve, search } from "./catalog-reads.ts";
import { batchUpsert, removeMany, removeOne, upsert } from "./catalog-writes.ts";

const { upsert: write, get: read, list: browse, delete: erase } = operations.catalog;
const post = { method: "POST" } as const;
const one = { path: "/catalog/object/:id" } as const;

export const CATALOG: readonly Endpoint[] = [
  { ...post, path: "/catalog/object", operation: write, handle: upsert },
  { ...post, path: "/catalog/batch-upsert", operation: write, handle: batchUpsert },
  {
    ...one,
    method: "GET",
    operation: read,
    query: ["include_related_objects", "catalog_version", "include_category_path_to_root"],
    handle: retrieve,
  },
  { ...one, method: "DELETE", operation: erase, handle: removeOne },
  {
    method: "GET",
    path: "/catalog/list",
    operation: browse,
    query: ["cursor", "types", "catalog_version"],
    handle: list,
  },
  { ...post, path: "/catalog/search", operation: browse, handle: search },
  { ...post, path: "/catalog/batch-retrieve", operation: browse, handle: batchRetrieve },
  { ...post, path: "/catalog/batch-delete", operation: erase, handle: removeMany },
];
