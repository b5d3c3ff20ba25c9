import {
  type Failure,
  inPrecedence,
  LIMITS,
  type ParsedCatalogObject,
  type Path,
} from "@bincard/contracts";

/** One object of an upsert: an item, or a variation, wherever it stood in the request. */
export interface Wanted {
  readonly type: "ITEM" | "ITEM_VARIATION";
  readonly id: string;
  readonly version: number | undefined;
  readonly itemId: string | undefined;
  readonly name: string;
  readonly description: string | undefined;
  readonly sku: string | undefined;
  readonly upc: string | undefined;
  readonly extra: unknown;
  readonly path: Path;
}

/** What is stored under an id. */
export interface Existing {
  readonly type: string;
  readonly version: number;
  readonly isDeleted: boolean;
  readonly itemId: string | null;
}

/** An item and the variations in it, one after the other. */
export function wantedOf(objects: readonly ParsedCatalogObject[]): Wanted[] {
  return objects.flatMap((object, index): Wanted[] => {
    const path = ["objects", index];
    const { id, version, name, extra } = object;
    if (object.type === "ITEM_VARIATION") {
      const { itemId, sku, upc } = object;
      return [
        {
          type: "ITEM_VARIATION",
          id,
          version,
          itemId,
          name,
          description: undefined,
          sku,
          upc,
          extra,
          path,
        },
      ];
    }
    const { description, variations = [] } = object;
    const own = { type: "ITEM" as const, id, version, itemId: undefined, name, description };
    return [
      { ...own, sku: undefined, upc: undefined, extra, path },
      ...variations.map((variation, place): Wanted => ({
        type: "ITEM_VARIATION",
        id: variation.id,
        version: variation.version,
        itemId: id,
        name: variation.name,
        description: undefined,
        sku: variation.sku,
        upc: variation.upc,
        extra: variation.extra,
        path: [...path, "variations", place],
      })),
    ];
  });
}

/** Faults of the request by itself: an id named twice. */
export function repeatedIds(wanted: readonly Wanted[]): Failure[] {
  const seen = new Set<string>();
  const repeated = wanted.flatMap(({ id, path }): Failure[] => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const message = `${id} is named twice in this request`;
    return [{ code: "CONFLICTING_FIELDS", message, path: [...path, "id"] }];
  });
  return inPrecedence(repeated);
}

/** What stored state holds against an upsert; `existing` is by id. */
export function upsertFaults(
  wanted: readonly Wanted[],
  existing: ReadonlyMap<string, Existing>,
): Failure[] {
  const made = new Map(wanted.map((object) => [object.id, object.type]));
  const faults = wanted.flatMap((object) => {
    const fault =
      versionFault(object, existing.get(object.id)) ?? itemFault(object, existing, made);
    return fault ?? [];
  });
  return inPrecedence(faults);
}

function versionFault(
  { id, type, version, path }: Wanted,
  stored: Existing | undefined,
): Failure | undefined {
  const subject = { kind: "catalog object", id } as const;
  if (stored === undefined) {
    if (version === undefined) return undefined;
    const message = `there is no catalog object ${id} to update; leave version out to make one`;
    return { code: "NOT_FOUND", message, path: [...path, "id"], subject };
  }
  if (stored.isDeleted) {
    const message = `${id} was deleted, and its id stays taken by its history`;
    const code = version === undefined ? "ALREADY_EXISTS" : "NOT_FOUND";
    return { code, message, path: [...path, "id"], subject };
  }
  if (stored.type !== type)
    return {
      code: "CONFLICTING_FIELDS",
      message: `${id} is an ${stored.type}, and cannot become an ${type}`,
      path: [...path, "type"],
      subject,
    };
  if (stored.version === version) return undefined;
  const given = version === undefined ? "no version was given" : `version ${version} was given`;
  return {
    code: "VERSION_MISMATCH",
    message: `${id} is at version ${stored.version}; ${given}`,
    path: [...path, "version"],
    subject,
  };
}

function itemFault(
  { itemId, id, path }: Wanted,
  existing: ReadonlyMap<string, Existing>,
  made: ReadonlyMap<string, string>,
): Failure | undefined {
  if (itemId === undefined) return undefined;
  const subject = { kind: "catalog object", id: itemId } as const;
  const at = [...path, "itemId"];
  const now = existing.get(id)?.itemId ?? itemId;
  if (now !== itemId) {
    const message = `${id} belongs to the item ${now}, and cannot move to another`;
    return { code: "CONFLICTING_FIELDS", message, path: at, subject };
  }
  const stored = existing.get(itemId);
  const type = stored === undefined ? made.get(itemId) : stored.type;
  const isDeleted = stored?.isDeleted === true;
  if (type === "ITEM" && !isDeleted) return undefined;
  return { code: "NOT_FOUND", message: notAnItem(itemId, { type, isDeleted }), path: at, subject };
}

function notAnItem(
  id: string,
  { type, isDeleted }: { readonly type: string | undefined; readonly isDeleted: boolean },
): string {
  if (type === undefined) return `there is no item ${id}`;
  return isDeleted ? `${id} was deleted` : `${id} is an ${type}, and an ITEM is needed here`;
}

/** The items that would gain variations, and the new variations of each in request order. */
export function gainsOf(
  wanted: readonly Wanted[],
  existing: ReadonlyMap<string, Existing>,
): Map<string, Wanted[]> {
  const gains = new Map<string, Wanted[]>();
  for (const object of wanted) {
    if (object.itemId === undefined || existing.has(object.id)) continue;
    const of = gains.get(object.itemId);
    if (of === undefined) gains.set(object.itemId, [object]);
    else of.push(object);
  }
  return gains;
}

/**
 * No item may have more variations than one request can name, or it could not be sent back whole. `counts` is of those
 * that are there; the fault is at the first new one that is too many, and so is in the list it came in.
 */
export function crowdedItems(
  gains: ReadonlyMap<string, readonly Wanted[]>,
  counts: ReadonlyMap<string, number>,
): Failure[] {
  const most = LIMITS.variationsPerItem;
  const faults = [...gains].flatMap(([id, added]): Failure[] => {
    const present = counts.get(id) ?? 0;
    const tooMany = added[Math.max(0, most - present)];
    if (tooMany === undefined) return [];
    const message = `${id} would have ${present + added.length} variations; an item has at most ${most}`;
    const subject = { kind: "catalog object", id } as const;
    return [{ code: "TOO_MANY", message, path: placeInItem(tooMany), subject }];
  });
  return inPrecedence(faults);
}

/** Within its item a variation is an entry of a list that is too long; by itself it names an item that is full. */
function placeInItem({ path }: Wanted): Path {
  const at = path.indexOf("variations");
  return at < 0 ? [...path, "itemId"] : path.slice(0, at + 1);
}
