import type { Item } from "@bincard/contracts";
import { useEffect, useSyncExternalStore } from "react";
import { bincard } from "./client.ts";
import { type Variation, variationsOf } from "./variation.ts";

export interface Catalog {
  readonly variations: readonly Variation[];
  readonly byId: ReadonlyMap<string, Variation>;
  /** Whether everything has been read. */
  readonly complete: boolean;
  readonly error: unknown;
}

const PAGE = 1_000;
/** A catalog that is older is asked what changed since. */
const STALE_MILLISECONDS = 30_000;
const byId = new Map<string, Variation>();
let catalog: Catalog = { variations: [], byId, complete: false, error: undefined };
let reading: Promise<void> | undefined;
let readAt = Number.NEGATIVE_INFINITY;
let newest: string | undefined;
const listeners = new Set<() => void>();

function tell(changed: Partial<Catalog>): void {
  catalog = { ...catalog, ...changed };
  for (const listener of listeners) listener();
}

/** Reads the catalog, or what changed in it since the last time. Every caller shares one reading. */
export async function readCatalog(): Promise<void> {
  reading ??= read().finally(() => (reading = undefined));
  return reading;
}

async function read(): Promise<void> {
  const isFirst = newest === undefined;
  const since = newest === undefined ? {} : { updatedAfter: newest, includeDeleted: true };
  let told = 0;
  try {
    for await (const { objects } of bincard.catalog.list.pages({
      types: ["ITEM"],
      limit: PAGE,
      ...since,
    })) {
      for (const object of objects) if (object.type === "ITEM") take(object);
      // Screens sort what they are told: they are told whenever it has doubled, so that sorting stays in proportion.
      if (!isFirst || byId.size < told * 2) continue;
      told = byId.size;
      tell({ variations: [...byId.values()] });
    }
    readAt = Date.now();
    tell({ variations: [...byId.values()], complete: true, error: undefined });
  } catch (error) {
    tell({ error });
  }
}

function take(item: Item): void {
  if (newest === undefined || item.updatedAt > newest) newest = item.updatedAt;
  for (const { id } of item.variations) byId.delete(id);
  for (const variation of variationsOf(item)) byId.set(variation.id, variation);
}

/** The merchant's variations, as far as they have been read. */
export function useCatalog(): Catalog {
  useEffect(() => {
    if (Date.now() - readAt > STALE_MILLISECONDS) void readCatalog();
  }, []);
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => catalog,
  );
}
