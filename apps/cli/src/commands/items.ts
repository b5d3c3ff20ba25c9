import type { Bincard } from "@bincard/client";
import type { CatalogObject, CatalogObjectInput, Item, ItemVariation } from "@bincard/contracts";
import { ONLY_VARIATION } from "@bincard/import/only-variation";
import { askCatalog } from "../asking.ts";
import { OBJECT_COLUMNS } from "../columns.ts";
import { Complaint } from "../complaint.ts";
import { confirmed } from "../confirm.ts";
import type { Context } from "../context.ts";
import type {
  CreateItemOptions,
  ListItemsOptions,
  UpdateItemOptions,
} from "../declarations/catalog.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printListing, wholeNumber } from "../extent.ts";
import { findObject } from "../named-item.ts";
import { Names } from "../names.ts";
import { printAnswer, printOne } from "../print.ts";
import { sendOnce } from "../settle.ts";

export async function listItems(context: Context, { options }: Call<ListItemsOptions>) {
  const { text, sku = [], deleted, updatedAfter } = options;
  const client = await context.client();
  const names = new Names(client);
  const filter = {
    // Words are looked for in the names of items, too, which then stand for their variations.
    ...(text === undefined && { types: ["ITEM_VARIATION" as const] }),
    includeDeleted: deleted === true,
    ...(text !== undefined && { text }),
    ...(sku.length > 0 && { skus: [...sku] }),
    ...(updatedAfter !== undefined && { updatedAfter }),
  };
  await printListing(context, {
    ask: askCatalog(client, filter),
    options,
    view: { columns: OBJECT_COLUMNS, show: (rows) => names.ofObjects(variationsAmong(rows)) },
  });
}

/** Variations themselves, and those of items, each once. */
function variationsAmong(objects: readonly CatalogObject[]): CatalogObject[] {
  const all = objects.flatMap((object) => (object.type === "ITEM" ? object.variations : [object]));
  return [...new Map(all.map((variation) => [variation.id, variation])).values()];
}

export async function getItem(
  context: Context,
  { args: [given = ""], options }: Call<{ deleted?: boolean }>,
) {
  const client = await context.client();
  const object = await theObject(client, given, options.deleted === true);
  await show(context, client, object);
}

/** Reading is what these commands are for: without the scope they are refused, not guessed. */
async function theObject(client: Bincard, given: string, includeDeleted = false) {
  const found = await findObject(client, given, { includeDeleted });
  return found ?? (await client.catalog.get({ id: given, includeDeleted })).object;
}

export async function createItem(
  context: Context,
  { args: [name = ""], options }: Call<CreateItemOptions>,
) {
  const { description, key } = options;
  const client = await context.client();
  const item = {
    type: "ITEM" as const,
    id: "#item",
    name,
    ...(description !== undefined && { description }),
    variations: variationsOf(options),
  };
  const answer = await sendOnce(context, (sending) =>
    client.catalog.upsert({ idempotencyKey: key, objects: [item] }, sending),
  );
  const objects = answer.objects.flatMap((object) =>
    object.type === "ITEM" ? [object, ...object.variations] : [object],
  );
  const rows = await new Names(client).ofObjects(objects);
  await printAnswer(context, answer, { columns: OBJECT_COLUMNS, rows });
}

/** `--variation Small=TEE-S` as often as wanted, else one variation with the item's own SKU. */
function variationsOf({ sku, upc, id, variation = [] }: CreateItemOptions) {
  if (variation.length === 0)
    return [
      {
        id: id ?? "#only",
        name: ONLY_VARIATION,
        ...(sku !== undefined && { sku }),
        ...(upc !== undefined && { upc }),
      },
    ];
  if (sku !== undefined || upc !== undefined || id !== undefined)
    throw new Complaint("USAGE", "--sku, --upc and --id are of an item's only variation", {
      exitCode: EXIT_CODES.usage,
      hint: "with several, write --variation NAME=SKU for each",
    });
  return variation.map((text, index) => {
    const at = text.indexOf("=");
    const [name, own] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
    return { id: `#variation-${index}`, name, ...(own !== "" && { sku: own }) };
  });
}

export async function updateItem(
  context: Context,
  { args: [given = ""], options }: Call<UpdateItemOptions>,
) {
  const { name, sku, upc, description } = options;
  if ([name, sku, upc, description].every((value) => value === undefined))
    throw new Complaint("USAGE", "nothing to change", {
      exitCode: EXIT_CODES.usage,
      hint: "name what: --name, --sku, --upc or --description",
    });
  const client = await context.client();
  const object = await theObject(client, given);
  const version =
    options.ifVersion === undefined
      ? object.version
      : wholeNumber(options.ifVersion, "--if-version");
  const next = object.type === "ITEM" ? nextItem(object, options) : nextVariation(object, options);
  const { objects } = await client.catalog.upsert({ objects: [{ ...next, version }] });
  const [updated = object] = objects;
  await show(context, client, updated);
}

function nextItem(item: Item, { name, description, sku, upc }: UpdateItemOptions) {
  if (sku !== undefined || upc !== undefined)
    throw new Complaint("USAGE", `"${item.name}" is an item; SKU and UPC are its variations'`, {
      exitCode: EXIT_CODES.usage,
      hint: `name a variation: ${item.variations.map((one) => one.sku ?? one.id).join(", ")}`,
    });
  const described = description ?? item.description;
  return {
    type: "ITEM",
    id: item.id,
    name: name ?? item.name,
    ...(described !== undefined && { description: described }),
    ...(item.extra !== undefined && { extra: item.extra }),
  } satisfies CatalogObjectInput;
}

function nextVariation(variation: ItemVariation, options: UpdateItemOptions) {
  if (options.description !== undefined)
    throw new Complaint("USAGE", "a variation has no description; its item has", {
      exitCode: EXIT_CODES.usage,
      hint: `bincard items update ${variation.itemId} --description TEXT`,
    });
  const sku = options.sku ?? variation.sku;
  const upc = options.upc ?? variation.upc;
  return {
    type: "ITEM_VARIATION",
    id: variation.id,
    itemId: variation.itemId,
    name: options.name ?? variation.name,
    ...(sku !== undefined && { sku }),
    ...(upc !== undefined && { upc }),
    ...(variation.extra !== undefined && { extra: variation.extra }),
  } satisfies CatalogObjectInput;
}

export async function deleteItems(context: Context, { args, options }: Call<{ yes?: boolean }>) {
  const client = await context.client();
  const objects = await Promise.all(args.map((given) => theObject(client, given)));
  const shown = await new Names(client).ofObjects(objects);
  const names = shown
    .map(({ object, item }) => `"${item ?? object.name}" (${labelOf(object)})`)
    .join(", ");
  await confirmed(context, { question: `delete ${names}?`, yes: options.yes });
  const answer = await client.catalog.delete({ ids: objects.map(({ id }) => id) });
  const rows = answer.deletedIds.map((id) => ({ id, deletedAt: answer.deletedAt }));
  await printAnswer(context, answer, {
    columns: [
      { key: "id", title: "DELETED", value: ({ id }) => id },
      { key: "deletedAt", title: "AT", value: ({ deletedAt }) => deletedAt },
    ],
    rows,
  });
}

/** The SKU where there is one: people know it, and the id they do not. */
function labelOf(object: CatalogObject): string {
  return object.type === "ITEM_VARIATION" ? (object.sku ?? object.id) : object.id;
}

async function show(context: Context, client: Bincard, object: CatalogObject): Promise<void> {
  const [row] = await new Names(client).ofObjects([object]);
  if (row !== undefined) await printOne(context, object, { columns: OBJECT_COLUMNS, row });
}
