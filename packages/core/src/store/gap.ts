import type { Key } from "../rules/moves.ts";
import type { Statement } from "./connect.ts";
import { type CountRow, type MerchantRow, type StoredCount, storedCount } from "./known.ts";

/** What batches name and a lane does not know. */
export interface Gap {
  readonly keys: readonly Key[];
  readonly objects: readonly string[];
  readonly locations: readonly string[];
}

/** What there is of it. What is not there was not found: a key without a count, a deleted object. */
export interface Filling {
  readonly merchant: MerchantRow;
  readonly counts: readonly StoredCount[];
  /** Types by id. */
  readonly objects: ReadonlyMap<string, string>;
  readonly locations: readonly string[];
}

type Row =
  | { readonly kind: "merchant"; readonly position: string; readonly catalog_version: string }
  | { readonly kind: "object"; readonly name: string; readonly type: string }
  | { readonly kind: "location"; readonly name: string }
  | ({ readonly kind: "count" } & CountRow);

/**
 * All of it as of one moment, in one statement. Undefined when not even the merchant's own row can be seen:
 * then nothing that was not found means anything, since row-level security may have hidden it.
 */
export async function readGap(
  sql: Statement,
  merchantId: string,
  { keys, objects, locations }: Gap,
): Promise<Filling | undefined> {
  const rows = await sql.unsafe<Row[]>(
    STATEMENT,
    [
      merchantId,
      keys.map((key) => key.catalogObjectId),
      keys.map((key) => key.locationId),
      keys.map((key) => key.state),
      [...objects],
      [...locations],
    ],
    { prepare: true },
  );
  let merchant: MerchantRow | undefined;
  const counts: StoredCount[] = [];
  const types = new Map<string, string>();
  const found: string[] = [];
  for (const row of rows)
    if (row.kind === "count") counts.push(storedCount(row));
    else if (row.kind === "object") types.set(row.name, row.type);
    else if (row.kind === "location") found.push(row.name);
    else
      merchant = {
        position: Number(row.position),
        catalogVersion: Number(row.catalog_version),
      };
  if (merchant === undefined) return undefined;
  return { merchant, counts, objects: types, locations: found };
}

/** The text never changes, whatever is asked for: it is prepared once a connection. */
const STATEMENT = `
  select 'merchant' as kind, null as name, null as type, catalog_version,
         null as catalog_object_id, null as location_id, null as state, null as quantity,
         null::timestamptz as counted_at, null::timestamptz as last_at,
         null::timestamptz as calculated_at, position
  from bincard.merchants where id = $1::text
  union all
  select 'count', null, null, null, c.catalog_object_id, c.location_id, c.state, c.quantity::text,
         c.counted_at, c.last_at, c.calculated_at, c.position
  from unnest($2::text[], $3::text[], $4::text[]) as k(catalog_object_id, location_id, state)
  join bincard.counts c
    on c.merchant_id = $1::text and c.catalog_object_id = k.catalog_object_id
    and c.location_id = k.location_id and c.state = k.state
  union all
  select 'object', o.id, o.type, null, null, null, null, null, null, null, null, null
  from unnest($5::text[]) as k(id)
  join bincard.catalog_objects o on o.merchant_id = $1::text and o.id = k.id and not o.is_deleted
  union all
  select 'location', l.id, null, null, null, null, null, null, null, null, null, null
  from unnest($6::text[]) as k(id)
  join bincard.locations l on l.merchant_id = $1::text and l.id = k.id`;
