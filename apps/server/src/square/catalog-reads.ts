import { type CatalogObject, LIMITS, operations, type Path } from "@bincard/contracts";
import * as z from "zod";
import { ask, type Call } from "./call.ts";
import { type Query, queryFlag, queryList, refuseVersion } from "./query.ts";
import { searchOf } from "./search.ts";
import { fromObject, objectIds } from "./translate-catalog.ts";
import { cursorOf, whenSet } from "./translate-change.ts";
import { batchRetrieveWire, keptTypes, objectTypes, searchWire } from "./wire-catalog.ts";
import { readWire, type Rename, snakeCase } from "./wire.ts";

export async function retrieve(call: Call) {
  refuseVersion(call.query);
  const related = queryFlag(call.query, "include_related_objects");
  const { object } = await ask(operations.catalog.get, {
    input: { id: call.id },
    run: (parsed) => call.ledger.catalog.get(call.principal, parsed),
    rename: () => ["object_id"],
  });
  return { object: fromObject(object), ...(related ? await relatedTo(call, [object]) : {}) };
}

/** The items of the variations among these that are not among them themselves. */
async function relatedTo({ ledger, principal }: Call, objects: readonly CatalogObject[]) {
  const shown = new Set(objects.map(({ id }) => id));
  const owners = objects.flatMap((object) =>
    object.type === "ITEM_VARIATION" && !shown.has(object.itemId) ? [object.itemId] : [],
  );
  if (owners.length === 0) return { related_objects: [] };
  const { objects: items } = await ask(operations.catalog.list, {
    input: { ids: [...new Set(owners)], limit: LIMITS.pageSizeMax },
    run: (parsed) => ledger.catalog.list(principal, parsed),
  });
  return { related_objects: items.map(fromObject) };
}

/** Types are read whatever their case. */
function typesOf(query: Query) {
  const types = queryList(query, "types").map((type) => type.toUpperCase());
  return readWire(z.strictObject({ types: objectTypes }), { types }).types;
}

export async function list(call: Call) {
  refuseVersion(call.query);
  const named = typesOf(call.query);
  const types = keptTypes(named);
  if (named.length > 0 && types.length === 0) return { objects: [] };
  const { objects, cursor } = await ask(operations.catalog.list, {
    input: { types: whenSet(types), cursor: cursorOf(call.query.get("cursor")) },
    run: (parsed) => call.ledger.catalog.list(call.principal, parsed),
  });
  return { objects: objects.map(fromObject), cursor };
}

/** Square's `latest_time` is left out: read over several pages it could skip what changed in between. */
export async function search(call: Call) {
  const wire = readWire(searchWire, call.body);
  const named = wire.object_types ?? [];
  const types = keptTypes(named);
  if (named.length > 0 && types.length === 0) return { objects: [] };
  const { terms, place, keeps } = searchOf(wire.query);
  const answer = await ask(operations.catalog.list, {
    input: {
      ...terms,
      types: whenSet(types),
      includeDeleted: wire.include_deleted_objects,
      updatedAfter: wire.begin_time,
      cursor: cursorOf(wire.cursor),
      limit: wire.limit,
    },
    run: (parsed) => call.ledger.catalog.list(call.principal, parsed),
    rename: searchPlaces(place),
  });
  const objects = answer.objects.filter(keeps);
  return {
    objects: objects.map(fromObject),
    ...(wire.include_related_objects === true ? await relatedTo(call, objects) : {}),
    cursor: answer.cursor,
  };
}

function searchPlaces(terms: Path): Rename {
  return (path) => {
    const [field, ...rest] = path;
    if (field === "text" || field === "skus") return [...terms, ...rest];
    return field === "updatedAfter" ? ["begin_time"] : snakeCase(path);
  };
}

/** In the order asked for; ids of nothing are passed over, as Square passes them over. */
export async function batchRetrieve(call: Call) {
  const wire = readWire(batchRetrieveWire, call.body);
  const answer = await ask(operations.catalog.list, {
    input: {
      ids: wire.object_ids,
      includeDeleted: wire.include_deleted_objects,
      limit: LIMITS.pageSizeMax,
    },
    run: (parsed) => call.ledger.catalog.list(call.principal, parsed),
    rename: objectIds,
  });
  const found = new Map(answer.objects.map((object) => [object.id, object]));
  const objects = [...new Set(wire.object_ids)].flatMap((id) => found.get(id) ?? []);
  return {
    objects: objects.map(fromObject),
    ...(wire.include_related_objects === true ? await relatedTo(call, objects) : {}),
  };
}
