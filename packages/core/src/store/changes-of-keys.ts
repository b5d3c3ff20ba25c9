import type { Fragment, Sql } from "./connect.ts";

/** Objects at locations: each of them has the index that its changes are in. */
export interface Keys {
  readonly catalogObjectIds: readonly string[];
  readonly locationIds: readonly string[];
}

interface Page {
  /** What is wanted of a change beside its key, and after which it comes. */
  readonly wanted: Fragment;
  readonly order: Fragment;
  readonly limit: number;
}

/**
 * The changes of some keys, each key's by itself and as far as a page goes: in the order of its index, so that a page
 * costs what it shows, however much the key has seen (L10). Asked for all at once they are read whole and sorted
 * at every page, whenever the planner takes them for few; and of what came lately it knows nothing yet.
 */
export function byKey(
  sql: Sql,
  merchantId: string,
  { catalogObjectIds, locationIds, wanted, order, limit }: Keys & Page,
): Fragment {
  const ids = [...new Set(catalogObjectIds)];
  const places = [...new Set(locationIds)];
  const ofKey = (place: Fragment) => sql`(
    select * from bincard.changes
    where merchant_id = ${merchantId} and catalog_object_id = o.id and ${place} ${wanted}
    order by ${order}
    limit ${limit}
  )`;
  // A transfer between two of the places is one change: it is found where it left.
  return sql`(
    select c.*
    from unnest(${ids}::text[]) as o(id)
    cross join unnest(${places}::text[]) as l(id)
    cross join lateral (
      ${ofKey(sql`location_id = l.id`)}
      union all
      ${ofKey(sql`to_location_id = l.id and location_id <> all(${places}::text[])`)}
    ) c
  )`;
}
