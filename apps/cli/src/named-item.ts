import { type Bincard, isBincardError } from "@bincard/client";
import type { CatalogObject, Item, ItemVariation } from "@bincard/contracts";
import { didYouMean } from "@bincard/import/similar";
import { askCatalog } from "./asking.ts";
import { Complaint } from "./complaint.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { unlessOutOfScope } from "./out-of-scope.ts";

export interface Sought {
  /** Deleted objects too, where no living one is meant. */
  readonly includeDeleted?: boolean;
}

/**
 * The object that people mean by an id or a SKU; an id wins over a SKU. `undefined` when the token may not
 * read the catalog, so that a till's token still sells by id.
 */
export async function findObject(
  client: Bincard,
  given: string,
  { includeDeleted = false }: Sought = {},
): Promise<CatalogObject | undefined> {
  const [byId, bySku] = await Promise.all([
    unlessOutOfScope(client.catalog.list({ ids: [given], includeDeleted })),
    unlessOutOfScope(client.catalog.list({ skus: [given], includeDeleted })),
  ]);
  if (byId === undefined || bySku === undefined) return undefined;
  const named = livingFirst(bySku.objects);
  const found = byId.objects[0] ?? named[0];
  if (found === undefined) throw await unknownItem(client, given);
  if (byId.objects.length === 0 && named.length > 1)
    throw new Complaint("AMBIGUOUS", `several variations have the SKU "${given}"`, {
      exitCode: EXIT_CODES.usage,
      hint: `name one by its id: ${named.map(({ id }) => id).join(", ")}`,
    });
  return found;
}

/** The id of the variation that people mean; an item with one variation stands for it. */
export async function variationId(
  client: Bincard,
  given: string,
  sought: Sought = {},
): Promise<string> {
  const found = await findObject(client, given, sought);
  if (found === undefined) return knownId(client, given);
  return found.type === "ITEM_VARIATION" ? found.id : onlyVariation(found, sought).id;
}

/** Without the catalog a name passes for an id, and of an id that nobody has there is nothing to be found. */
async function knownId(client: Bincard, given: string): Promise<string> {
  try {
    await unlessOutOfScope(client.counts.ofObject({ catalogObjectId: given, limit: 1 }));
    return given;
  } catch (error) {
    if (!isBincardError(error, "NOT_FOUND")) throw error;
    throw new Complaint("NOT_PERMITTED", `no item has the id "${given}"`, {
      exitCode: EXIT_CODES.access,
      hint: "this token lacks ITEMS_READ, so an item must be named by its id",
    });
  }
}

function onlyVariation(item: Item, { includeDeleted = false }: Sought): ItemVariation {
  const candidates = includeDeleted
    ? livingFirst(item.variations)
    : item.variations.filter(({ isDeleted }) => !isDeleted);
  const [first, ...others] = candidates;
  if (first !== undefined && others.length === 0) return first;
  const names = candidates
    .map(({ id, name, sku }) => `${sku ?? id} (${name})`)
    .toSorted()
    .join(", ");
  throw new Complaint(
    "AMBIGUOUS",
    `"${item.name}" is an item with ${candidates.length} variations`,
    {
      exitCode: EXIT_CODES.usage,
      hint: candidates.length === 0 ? "only variations are counted: add one" : `name one: ${names}`,
    },
  );
}

/** The living ones; where there is none, the deleted ones. */
function livingFirst<One extends { readonly isDeleted: boolean }>(all: readonly One[]): One[] {
  const living = all.filter(({ isDeleted }) => !isDeleted);
  return living.length > 0 ? living : [...all];
}

async function unknownItem(client: Bincard, given: string): Promise<Complaint> {
  // One page is enough to catch a slip of the finger without reading a whole catalog.
  const page = await askCatalog(client, { types: ["ITEM_VARIATION"] })({ limit: 1_000 });
  const known = page.items.flatMap((object) =>
    object.type === "ITEM_VARIATION" ? [object.sku ?? object.id] : [],
  );
  return new Complaint("NOT_FOUND", `no item has the id or SKU "${given}"`, {
    exitCode: EXIT_CODES.missing,
    hint: didYouMean(given, known) ?? 'see "bincard items list", or make it: bincard items create',
  });
}
