import type {
  CatalogObject,
  CatalogObjectInput,
  Extra,
  Item,
  ItemVariation,
  Path,
} from "@bincard/contracts";
import {
  CARRIED_FIELDS,
  type WireInnerVariation,
  type WireItem,
  type WireObject,
} from "./wire-catalog.ts";
import { type Rename, snakeCase } from "./wire.ts";

/** Square's words for an object, to the contracts'. What Bincard does not read goes along in `extra`. */
export function toObject(wire: WireObject): CatalogObjectInput {
  if (wire.type === "ITEM") return toItem(wire);
  return {
    type: wire.type,
    ...toVariation(wire),
    itemId: wire.item_variation_data.item_id,
  };
}

function toItem(wire: WireItem): CatalogObjectInput {
  const { name, description, variations, ...unread } = wire.item_data;
  return {
    type: wire.type,
    id: wire.id,
    version: wire.version,
    name,
    description,
    variations: variations?.map(toVariation),
    extra: toExtra(wire, unread),
  };
}

/**
 * What the ledger calls a variation that came without a name, as `bincard items create` and imports call an item's only
 * one: the console and the command line know it as a name that says nothing. That it came without one is kept in
 * `extra`, as a name of "".
 */
const NAMELESS = "Regular";

function isNameless({ name, extra }: ItemVariation): boolean {
  return name === NAMELESS && extra?.["name"] === "";
}

function toVariation(wire: WireInnerVariation) {
  const { item_id: _, name = "", sku, upc, ...unread } = wire.item_variation_data;
  return {
    id: wire.id,
    version: wire.version,
    name: name === "" ? NAMELESS : name,
    // Square's callers send "" for a variation without one.
    sku: sku === "" ? undefined : sku,
    upc: upc === "" ? undefined : upc,
    extra: toExtra(wire, name === "" ? { ...unread, name } : unread),
  };
}

function toExtra(wire: WireObject | WireInnerVariation, unread: Extra): Extra | undefined {
  const carried = CARRIED_FIELDS.flatMap((name) => {
    const value = wire[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const extra = { ...unread, ...Object.fromEntries(carried) };
  return Object.keys(extra).length === 0 ? undefined : extra;
}

/** The data of an object, and the two fields of the object that `extra` may also hold. */
function fromExtra(extra: Extra = {}) {
  const isCarried = ([name]: [string, unknown]) => CARRIED_FIELDS.some((field) => field === name);
  const entries = Object.entries(extra);
  return {
    object: Object.fromEntries(entries.filter(isCarried)),
    data: Object.fromEntries(entries.filter((entry) => !isCarried(entry))),
  };
}

/** An object in Square's words. */
export function fromObject(object: CatalogObject) {
  return object.type === "ITEM" ? fromItem(object) : fromVariation(object);
}

function fromIdentity(object: CatalogObject, carried: Extra) {
  return {
    type: object.type,
    id: object.id,
    updated_at: object.updatedAt,
    version: object.version,
    is_deleted: object.isDeleted,
    present_at_all_locations: true,
    ...carried,
  };
}

function fromItem(item: Item) {
  const extra = fromExtra(item.extra);
  return {
    ...fromIdentity(item, extra.object),
    item_data: {
      ...extra.data,
      name: item.name,
      // Named even when there is none, so that no field of `extra` passes for it.
      description: item.description,
      variations: item.variations.map(fromVariation),
    },
  };
}

function fromVariation(variation: ItemVariation) {
  const extra = fromExtra(variation.extra);
  const { sku, upc } = variation;
  return {
    ...fromIdentity(variation, extra.object),
    item_variation_data: {
      ...extra.data,
      item_id: variation.itemId,
      name: isNameless(variation) ? undefined : variation.name,
      sku,
      upc,
    },
  };
}

const OF_OBJECT = new Set<string | number>(["type", "id", "version"]);

/**
 * Where in a request's object the contracts' place within it came from: `["sku"]` of a variation is
 * `item_variation_data.sku`.
 */
export function placeInObject(type: WireObject["type"], path: Path): Path {
  const [field, ...rest] = path;
  if (field === undefined || OF_OBJECT.has(field)) return path;
  const data = type === "ITEM" ? "item_data" : "item_variation_data";
  // What was too large in `extra` came from the data, or all but always did.
  if (field === "extra") return [data, ...rest];
  const [at, ...within] = rest;
  if (field === "variations" && at !== undefined)
    return [data, field, at, ...placeInObject("ITEM_VARIATION", within)];
  return [data, ...snakeCase([field]), ...rest];
}

/** The places of a whole request, given where each of its objects stands. */
export function objectPlaces(
  objects: readonly { readonly place: Path; readonly type: WireObject["type"] }[],
  list: Path,
): Rename {
  return (path) => {
    const [room, at, ...within] = path;
    if (room !== "objects") return snakeCase(path);
    const object = typeof at === "number" ? objects[at] : undefined;
    if (object === undefined) return list;
    return [...object.place, ...placeInObject(object.type, within)];
  };
}

/** The contracts' `ids` are Square's `object_ids`. */
export function objectIds([field, ...rest]: Path): Path {
  return field === "ids" ? ["object_ids", ...rest] : snakeCase([field ?? "", ...rest]);
}
