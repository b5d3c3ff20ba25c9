import { CATALOG_OBJECT_TYPES, type Finding, LIMITS, SCOPES, type State } from "@bincard/contracts";
import { POSITIONS_PER_BAND } from "./band.ts";
import type { Fragment, Statement } from "./connect.ts";
import { timeOf } from "./time.ts";
import type { Found } from "./verify.ts";

/** What stands around changes and counts: the rows they name are there, and say what they can say. */
export async function rowFindings(
  sql: Statement,
  merchantId: string,
  seen: Seen,
): Promise<Found[]> {
  return [
    await oddRows(sql, merchantId, seen),
    seen.isLogSound ? NOTHING : await bandFindings(sql, merchantId),
    await receiptFinding(sql, merchantId),
  ];
}

/** What has been seen already: then bands are right, and all applications there that changes name. */
interface Seen {
  readonly isLogSound: boolean;
}

const NOTHING: Found = { total: 0, findings: [] };

type Table = Extract<Finding, { kind: "ROW_MISSING" }>["table"];

interface OddRow {
  readonly kind: "ROW_MISSING" | "ROW_MALFORMED";
  readonly table: Table;
  readonly id: string;
  readonly reason: string;
  readonly total: string;
}

async function oddRows(sql: Statement, merchantId: string, seen: Seen): Promise<Found> {
  const rows = await sql<OddRow[]>`
    with merchant as (
      select id, position, received_at, catalog_version from bincard.merchants
      where id = ${merchantId}
    ),
    odd as (
      ${missing(sql, merchantId, seen)} union all ${malformed(sql, merchantId)}
    )
    select kind, "table", id, reason, count(*) over () as total from odd
    order by kind, "table", id, reason limit ${LIMITS.findingsPerVerify}`;
  return {
    total: Number(rows[0]?.total ?? 0),
    findings: rows.map(({ kind, table, id, reason }) => ({ kind, table, id, reason })),
  };
}

/** Every tracked side of every change has a count, so what counts name is what changes name. */
function missing(sql: Statement, merchantId: string, { isLogSound }: Seen): Fragment {
  const ofChanges = sql`
    select application_id from bincard.changes where merchant_id = ${merchantId} union`;
  return sql`
    select 'ROW_MISSING' as kind, 'catalogObjects' as "table", c.id,
           'there are counts of this variation' as reason
    from (select distinct catalog_object_id as id from bincard.counts
          where merchant_id = ${merchantId}) c
    where not exists (
      select from bincard.catalog_objects o
      where o.merchant_id = ${merchantId} and o.id = c.id and o.type = 'ITEM_VARIATION')
    union all
    select 'ROW_MISSING', 'locations', c.id, 'there are counts at it'
    from (select distinct location_id as id from bincard.counts
          where merchant_id = ${merchantId}) c
    where not exists (
      select from bincard.locations l where l.merchant_id = ${merchantId} and l.id = c.id)
    union all
    select 'ROW_MISSING', 'applications', a.id, 'changes or tokens are of it'
    from (${isLogSound ? sql`` : ofChanges}
          select distinct application_id from bincard.tokens where merchant_id = ${merchantId}) a(id)
    where not exists (
      select from bincard.applications p where p.merchant_id = ${merchantId} and p.id = a.id)
    union all
    select 'ROW_MISSING', 'tokens', k.id, 'requests were made with it'
    from (select distinct token_id as id from bincard.idempotency_keys
          where merchant_id = ${merchantId}) k
    where not exists (
      select from bincard.tokens t where t.merchant_id = ${merchantId} and t.id = k.id)
    union all
    select 'ROW_MISSING', 'catalogObjects', v.item_id, 'it is the item of ' || min(v.id)
    from bincard.catalog_objects v
    where v.merchant_id = ${merchantId} and v.type = 'ITEM_VARIATION' and not exists (
      select from bincard.catalog_objects i
      where i.merchant_id = ${merchantId} and i.id = v.item_id and i.type = 'ITEM')
    group by v.item_id
    union all
    select 'ROW_MISSING', 'merchants', ${merchantId}::text, 'it is whose ledger this is'
    where not exists (select from merchant)`;
}

/** SHA-256, in bytes. */
const HASH_BYTES = 32;

function malformed(sql: Statement, merchantId: string): Fragment {
  return sql`
    select 'ROW_MALFORMED', 'catalogObjects', o.id,
      case
        when o.type <> all(${[...CATALOG_OBJECT_TYPES]}::text[]) then 'there is no such type'
        when o.version < 1 then 'versions begin with 1'
        when o.version > m.catalog_version then 'the version is newer than the catalog'
        else 'it outlived its item'
      end
    from bincard.catalog_objects o
    cross join merchant m
    left join bincard.catalog_objects i
      on i.merchant_id = ${merchantId} and i.id = o.item_id and i.is_deleted and not o.is_deleted
    where o.merchant_id = ${merchantId} and (
      o.type <> all(${[...CATALOG_OBJECT_TYPES]}::text[]) or o.version < 1
      or o.version > m.catalog_version or i.id is not null)
    union all
    select 'ROW_MALFORMED', 'idempotencyKeys', k.key,
      case
        when octet_length(k.fingerprint) <> ${HASH_BYTES}::int then 'the fingerprint is no SHA-256'
        when k.change_count < 0 or k.position < k.change_count then 'it begins before the log'
        when k.position > m.position then 'it lies beyond the log'
        else 'it was received after the merchant''s last request'
      end
    from bincard.idempotency_keys k cross join merchant m
    where k.merchant_id = ${merchantId} and (
      octet_length(k.fingerprint) <> ${HASH_BYTES}::int
      or k.change_count < 0 or k.position < k.change_count or k.position > m.position
      or (k.operation = 'changes.create' and k.received_at > m.received_at))
    union all
    select 'ROW_MALFORMED', 'locations', l.id, 'there is no such status'
    from bincard.locations l
    where l.merchant_id = ${merchantId} and l.status not in ('ACTIVE', 'INACTIVE')
    union all
    select 'ROW_MALFORMED', 'tokens', t.id,
      case
        when octet_length(t.secret_hash) <> ${HASH_BYTES}::int then 'the secret''s hash is no SHA-256'
        else 'there is no such scope, or none'
      end
    from bincard.tokens t
    where t.merchant_id = ${merchantId} and (
      octet_length(t.secret_hash) <> ${HASH_BYTES}::int or cardinality(t.scopes) = 0
      or not t.scopes <@ ${[...SCOPES]}::text[])`;
}

interface BandRow {
  readonly catalog_object_id: string;
  readonly location_id: string;
  readonly state: State;
  readonly stored: string;
  readonly expected: string;
  readonly total: string;
}

/** A count's band follows from the position at which its batch ended, which the batch's key tells. */
async function bandFindings(sql: Statement, merchantId: string): Promise<Found> {
  const rows = await sql<BandRow[]>`
    select c.catalog_object_id, c.location_id, c.state, c.band as stored,
           k.position / ${POSITIONS_PER_BAND}::bigint as expected, count(*) over () as total
    from bincard.counts c
    join bincard.idempotency_keys k
      on k.merchant_id = ${merchantId} and k.operation = 'changes.create' and k.change_count > 0
      and k.received_at = c.calculated_at
    where c.merchant_id = ${merchantId} and c.band <> k.position / ${POSITIONS_PER_BAND}::bigint
    order by c.catalog_object_id, c.location_id, c.state
    limit ${LIMITS.findingsPerVerify}`;
  return {
    total: Number(rows[0]?.total ?? 0),
    findings: rows.map(({ stored, expected, ...row }) => ({
      kind: "COUNT_DIFFERS",
      catalogObjectId: row.catalog_object_id,
      locationId: row.location_id,
      state: row.state,
      field: "band",
      stored,
      expected,
    })),
  };
}

/** The merchant's row keeps the receipt time of its last request, so that the next one is later (L9). */
async function receiptFinding(sql: Statement, merchantId: string): Promise<Found> {
  const rows = await sql<{ stored: string; expected: string }[]>`
    select m.received_at as stored, k.received_at as expected
    from bincard.merchants m,
         (select coalesce(max(received_at), 'epoch') as received_at
          from bincard.idempotency_keys
          where merchant_id = ${merchantId} and operation = 'changes.create') k
    where m.id = ${merchantId} and m.received_at <> k.received_at`;
  return {
    total: rows.length,
    findings: rows.map(({ stored, expected }) => ({
      kind: "MERCHANT_DIFFERS",
      field: "receivedAt",
      stored: timeOf(stored),
      expected: timeOf(expected),
    })),
  };
}
