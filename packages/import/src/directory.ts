import { type Bincard, isBincardError } from "@bincard/client";
import { type CatalogObject, type Location, LIMITS } from "@bincard/contracts";
import { chunksOf } from "./chunks.ts";
import { sha256Of } from "./digest.ts";
import { ONLY_VARIATION } from "./only-variation.ts";
import { type Ref, refKey } from "./plan.ts";
import { didYouMean } from "./similar.ts";

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
  /** Asked before each question; throws to stop. */
  readonly mayGoOn: () => void;
}

const STAND_IN = { id: "(to be made)" };
const ITEMS_PER_UPSERT = 250;

/** Looks up everything at once, a thousand a question, and makes what is missing where the map says so. */
export async function resolveAll(client: Bincard, sought: Sought): Promise<Directory> {
  const places = await resolvePlaces(client, sought);
  const items = await resolveItems(client, sought);
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

async function resolvePlaces(client: Bincard, sought: Sought): Promise<Resolved> {
  const known = await unlessOutOfScope(allOf(client.locations.list.each()));
  const entries = new Map<string, Entry>();
  let made = 0;
  for (const [key, ref] of sought.places) {
    sought.mayGoOn();
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

async function resolveItems(client: Bincard, sought: Sought): Promise<Resolved> {
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
    sought.mayGoOn();
    await makeItems(client, chunk, { entries, keyPrefix: sought.keyPrefix });
  }
  return { entries, made: wanted.length };
}

async function findByIds(client: Bincard, refs: readonly Ref[], entries: Map<string, Entry>) {
  const named = refs.filter(({ by }) => by === "id");
  for (const chunk of chunksOf(named, LIMITS.idsPerFilter)) {
    const ids = chunk.map(({ text }) => text);
    const found = await unlessOutOfScope(variations(client, { ids }));
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
    for (const object of await variations(client, { skus })) {
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
  const digest = sha256Of(JSON.stringify(objects)).slice(0, 32);
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

async function variations(
  client: Bincard,
  wanted: { ids: string[] } | { skus: string[] },
): Promise<CatalogObject[]> {
  return allOf(client.catalog.list.each({ ...wanted, types: ["ITEM_VARIATION"] }));
}

async function allOf<Each>(rows: AsyncIterable<Each>): Promise<Each[]> {
  const all: Each[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** What was asked for, or `undefined` when the token's scopes do not cover it. */
async function unlessOutOfScope<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isBincardError(error, "INSUFFICIENT_SCOPE")) return undefined;
    throw error;
  }
}
