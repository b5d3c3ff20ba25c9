import { createHash } from "node:crypto";
import type { Bincard } from "@bincard/client";
import { type Location, LIMITS } from "@bincard/contracts";
import { askCatalog } from "../asking.ts";
import type { Io } from "../io.ts";
import { collect } from "../listing.ts";
import { allLocations } from "../named-location.ts";
import { ONLY_VARIATION } from "../names.ts";
import { unlessOutOfScope } from "../out-of-scope.ts";
import { didYouMean } from "../similar.ts";
import { chunksOf } from "./chunks.ts";
import { stopIfInterrupted } from "./interruption.ts";
import { type Ref, refKey } from "./plan.ts";

/** The id of a thing the file names, or why there is none. */
export type Entry = { readonly id: string } | { readonly reason: string };

/** Ids of everything the file names. */
export interface Directory {
  readonly items: ReadonlyMap<string, Entry>;
  readonly places: ReadonlyMap<string, Entry>;
  /** How many were made, or would be. */
  readonly created: { readonly items: number; readonly locations: number };
}

export interface Sought {
  readonly items: ReadonlyMap<string, Ref>;
  readonly places: ReadonlyMap<string, Ref>;
  /** Makes nothing: what is missing gets a stand-in. */
  readonly dryRun: boolean;
  /** Begins the keys of what is made. */
  readonly keyPrefix: string;
}

const STAND_IN = { id: "(to be made)" };
const ITEMS_PER_UPSERT = 250;

/** Looks up everything at once, a thousand a question, and makes what is missing where the map says so. */
export async function resolveAll(client: Bincard, io: Io, sought: Sought): Promise<Directory> {
  const places = await resolvePlaces(client, io, sought);
  const items = await resolveItems(client, io, sought);
  return {
    items: items.entries,
    places: places.entries,
    created: { items: items.made, locations: places.made },
  };
}

interface Resolved {
  readonly entries: Map<string, Entry>;
  readonly made: number;
}

async function resolvePlaces(client: Bincard, io: Io, sought: Sought): Promise<Resolved> {
  const known = await allLocations(client);
  const entries = new Map<string, Entry>();
  let made = 0;
  for (const [key, ref] of sought.places) {
    stopIfInterrupted(io);
    const found = known?.find((location) => isMeant(location, ref));
    if (found !== undefined) entries.set(key, { id: found.id });
    else if (known === undefined && ref.by === "id") entries.set(key, { id: ref.text });
    else if (ref.create === undefined) entries.set(key, { reason: noPlace(ref, known ?? []) });
    else {
      made += 1;
      entries.set(key, sought.dryRun ? STAND_IN : await makePlace(client, ref.create));
    }
  }
  return { entries, made };
}

function isMeant({ id, name }: Location, { by, text }: Ref): boolean {
  return by === "id" ? id === text : name === text;
}

function noPlace({ by, text }: Ref, known: readonly Location[]): string {
  const hint = didYouMean(
    text,
    known.map(({ name }) => name),
  );
  return `no location has the ${by} "${text}"${hint === undefined ? "" : `. ${hint}`}`;
}

async function makePlace(client: Bincard, name: string): Promise<Entry> {
  const { location } = await client.locations.create({ name });
  return { id: location.id };
}

async function resolveItems(client: Bincard, io: Io, sought: Sought): Promise<Resolved> {
  const entries = new Map<string, Entry>();
  const refs = [...sought.items.values()];
  await findByIds(client, refs, entries);
  await findBySkus(client, refs, entries);
  const missing = refs.filter((ref) => !entries.has(refKey(ref)));
  const wanted = missing.filter((ref) => ref.create !== undefined);
  for (const ref of missing)
    entries.set(
      refKey(ref),
      ref.create === undefined ? { reason: `no item has the ${ref.by} "${ref.text}"` } : STAND_IN,
    );
  if (sought.dryRun) return { entries, made: wanted.length };
  for (const chunk of chunksOf(wanted, ITEMS_PER_UPSERT)) {
    stopIfInterrupted(io);
    await makeItems(client, chunk, { entries, keyPrefix: sought.keyPrefix });
  }
  return { entries, made: wanted.length };
}

async function findByIds(client: Bincard, refs: readonly Ref[], entries: Map<string, Entry>) {
  const named = refs.filter(({ by }) => by === "id");
  for (const chunk of chunksOf(named, LIMITS.idsPerFilter)) {
    const ask = askCatalog(client, {
      ids: chunk.map(({ text }) => text),
      types: ["ITEM_VARIATION"],
    });
    const found = await unlessOutOfScope(collect(ask));
    const known = new Set(found?.map(({ id }) => id));
    // A token that may not read the catalog leaves ids to the ledger's judgement.
    for (const ref of chunk)
      if (found === undefined || known.has(ref.text)) entries.set(refKey(ref), { id: ref.text });
  }
}

async function findBySkus(client: Bincard, refs: readonly Ref[], entries: Map<string, Entry>) {
  const named = refs.filter(({ by }) => by === "sku");
  for (const chunk of chunksOf(named, LIMITS.idsPerFilter)) {
    const skus = chunk.map(({ text }) => text);
    for (const object of await collect(askCatalog(client, { skus, types: ["ITEM_VARIATION"] }))) {
      if (object.type !== "ITEM_VARIATION" || object.sku === undefined) continue;
      const key = refKey({ by: "sku", text: object.sku, create: undefined });
      const reason = `several items have the SKU "${object.sku}"`;
      entries.set(key, entries.has(key) ? { reason } : { id: object.id });
    }
  }
}

/** The key derives from what is made: the same items again, after a crash or beside another import, are one. */
async function makeItems(
  client: Bincard,
  refs: readonly Ref[],
  { entries, keyPrefix }: { entries: Map<string, Entry>; keyPrefix: string },
): Promise<void> {
  const objects = refs.map(({ text, create }, index) => ({
    type: "ITEM" as const,
    id: `#item-${index}`,
    name: (create ?? text).slice(0, LIMITS.itemNameCharacters),
    variations: [{ id: `#variation-${index}`, name: ONLY_VARIATION, sku: text }],
  }));
  const digest = createHash("sha256").update(JSON.stringify(objects)).digest("hex").slice(0, 32);
  const { idMappings } = await client.catalog.upsert({
    idempotencyKey: `${keyPrefix}:items:${digest}`,
    objects,
  });
  const ids = new Map(idMappings.map(({ clientObjectId, objectId }) => [clientObjectId, objectId]));
  refs.forEach((ref, index) => {
    const id = ids.get(`#variation-${index}`);
    if (id !== undefined) entries.set(refKey(ref), { id });
  });
}
