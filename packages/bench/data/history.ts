import postgres, { type Sql } from "postgres";
import type { World } from "../work.ts";
import { createWorld } from "./world.ts";

/** A database with a long past, for reads. */
export interface History extends World {
  readonly changes: number;
  readonly loadSeconds: number;
}

/** One object with a tenth of all changes, all at one location and never counted. */
export const HOT = "item-0";
/** One object with a count at every location. */
export const EVERYWHERE = "item-1";
export const LOCATIONS = 10_000;
export const locationOf = (index: number): string => `STORE${String(index).padStart(5, "0")}`;
/** Changes that were received together. */
const BATCH = 100;
/** Everything happened within the last this many hours, so that a late change is not too late. */
const HOURS = 20;

/**
 * Makes a merchant with so many changes, the counts they give, and 10,000 each of items, locations, tokens and
 * merchants. By SQL, because the ledger's own way would take hours; `verify` finds nothing to say about it.
 */
export async function createHistory(databaseUrl: string, changes: number): Promise<History> {
  const world = await createWorld(databaseUrl, 1);
  const start = performance.now();
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  const merchant = world.merchants[0]?.id ?? "";
  try {
    await sql`set synchronous_commit = off`;
    await sql`set maintenance_work_mem = '512MB'`;
    await sql`set work_mem = '256MB'`;
    await insertSurroundings(sql, merchant);
    const again = await dropIndexes(sql);
    const [token] = await sql<Token[]>`
      select id, application_id from bincard.tokens where merchant_id = ${merchant} order by created_at desc`;
    if (token === undefined) throw new Error("the merchant has no token");
    await insertChanges(sql, merchant, { changes, token });
    await insertKeys(sql, merchant, token);
    await insertCounts(sql, merchant);
    await sql`
      update bincard.merchants
      set position = ${changes}::bigint,
          received_at = (select max(created_at) from bincard.changes
                         where merchant_id = ${merchant} and position = ${changes}::bigint)
      where id = ${merchant}`;
    for (const statement of again) await sql.unsafe(statement);
    await sql`vacuum (analyze) bincard.locations, bincard.tokens, bincard.merchants`;
    await sql`vacuum (analyze) bincard.changes, bincard.counts, bincard.idempotency_keys`;
    await sql`checkpoint`;
  } finally {
    await sql.end();
  }
  return { ...world, changes, loadSeconds: (performance.now() - start) / 1_000 };
}

interface Token {
  readonly id: string;
  readonly application_id: string;
}

async function insertSurroundings(sql: Sql, merchant: string): Promise<void> {
  await sql`
    insert into bincard.locations (merchant_id, id, name, status, created_at)
    select ${merchant}, 'STORE' || lpad(i::text, 5, '0'), 'Store ' || i, 'ACTIVE',
           now() - interval '1 day' + i * interval '1 millisecond'
    from generate_series(0, ${LOCATIONS - 1}::int) i`;
  await sql`
    insert into bincard.tokens (merchant_id, id, application_id, secret_hash, scopes, created_at)
    select ${merchant}, 'TOKEN' || lpad(i::text, 5, '0'), application_id,
           sha256(convert_to('bench ' || i, 'UTF8')), scopes,
           now() - interval '1 day' + i * interval '1 millisecond'
    from generate_series(1, 10000) i, bincard.tokens t where t.merchant_id = ${merchant}`;
  await sql`
    insert into bincard.merchants (id, name, created_at)
    select 'MERCH' || lpad(i::text, 5, '0'), 'Merchant ' || i,
           now() + i * interval '1 millisecond'
    from generate_series(1, 10000) i`;
}

/** Indexes are made faster than they are kept: dropped here, and handed back as what makes them again. */
async function dropIndexes(sql: Sql): Promise<string[]> {
  const indexes = await sql<{ name: string; definition: string }[]>`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i
    where i.indrelid in ('bincard.changes'::regclass, 'bincard.counts'::regclass)
      and not i.indisprimary`;
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
  return indexes.map(({ definition }) => definition);
}

/** The first changes stock one object everywhere; after them every tenth is the hot object's. */
async function insertChanges(
  sql: Sql,
  merchant: string,
  { changes, token }: { readonly changes: number; readonly token: Token },
): Promise<void> {
  await sql`
    insert into bincard.changes
      (merchant_id, position, type, catalog_object_id, location_id, from_state, to_state, quantity,
       occurred_at, created_at, application_id)
    select ${merchant}, i, kind.type, place.item, place.location, kind.from_state, kind.to_state,
           kind.quantity, started.at + i * step,
           started.at + ((i - 1) / ${BATCH}::int + 1) * ${BATCH}::int * step, ${token.application_id}
    from generate_series(1, ${changes}::bigint) i
    cross join (select now() - ${HOURS}::int * interval '1 hour' as at) started
    cross join (
      select ${Math.floor((HOURS * 3_600_000_000) / changes)}::bigint * interval '1 microsecond' as step
    ) steps
    cross join lateral (
      select case when i <= ${LOCATIONS}::int then 'everywhere'
                  when i % 10 = 0 then case when i % 20 = 0 then 'hot out' else 'hot in' end
                  when i % 20 = 1 then 'counted'
                  when i % 20 = 3 then 'wasted'
                  when i % 2 = 1 then 'received'
                  else 'sold' end as name
    ) what
    cross join lateral (
      select case what.name when 'everywhere' then ${EVERYWHERE} when 'hot in' then ${HOT}
                            when 'hot out' then ${HOT}
                            else 'item-' || (2 + (i / 20 * 7919 + i % 20 * 401) % 9998) end as item,
             case when what.name = 'everywhere' then 'STORE' || lpad((i - 1)::text, 5, '0')
                  when what.name like 'hot%' then 'STORE00000'
                  else 'STORE0000' || (i / 20 % 3) end as location
    ) place
    join (values
      ('everywhere', 'ADJUSTMENT', 'NONE', 'IN_STOCK', 1),
      ('hot in', 'ADJUSTMENT', 'NONE', 'IN_STOCK', 1),
      ('hot out', 'ADJUSTMENT', 'IN_STOCK', 'SOLD', 1),
      ('counted', 'PHYSICAL_COUNT', null, 'IN_STOCK', 50),
      ('wasted', 'ADJUSTMENT', 'IN_STOCK', 'WASTE', 1),
      ('received', 'ADJUSTMENT', 'NONE', 'IN_STOCK', 3),
      ('sold', 'ADJUSTMENT', 'IN_STOCK', 'SOLD', 1)
    ) as kind(name, type, from_state, to_state, quantity) on kind.name = what.name`;
}

/** One key a batch, as whoever sent it would have made. */
async function insertKeys(sql: Sql, merchant: string, token: Token): Promise<void> {
  await sql`
    insert into bincard.idempotency_keys
      (merchant_id, key, operation, fingerprint, position, change_count, token_id, received_at)
    select ${merchant}, 'batch ' || max(position), 'changes.create',
           sha256(convert_to('batch ' || max(position), 'UTF8')), max(position), count(*), ${token.id},
           created_at
    from bincard.changes where merchant_id = ${merchant}
    group by created_at`;
}

/** Nothing arrived late here, so the newest physical count governs, and what stands after it is added. */
async function insertCounts(sql: Sql, merchant: string): Promise<void> {
  await sql`
    insert into bincard.counts
      (merchant_id, catalog_object_id, location_id, state, quantity, counted_at, last_at, calculated_at,
       position, band)
    with sides as (
      select catalog_object_id, location_id, to_state as state, quantity, position, occurred_at, created_at
      from bincard.changes where merchant_id = ${merchant} and type <> 'PHYSICAL_COUNT'
        and to_state <> 'SOLD'
      union all
      select catalog_object_id, location_id, from_state, -quantity, position, occurred_at, created_at
      from bincard.changes where merchant_id = ${merchant} and type <> 'PHYSICAL_COUNT'
        and from_state <> 'NONE'
    ),
    governing as (
      select catalog_object_id, location_id, to_state as state, max(position) as position,
             max(occurred_at) as occurred_at, max(created_at) as created_at
      from bincard.changes where merchant_id = ${merchant} and type = 'PHYSICAL_COUNT'
      group by 1, 2, 3
    ),
    summed as (
      select s.catalog_object_id, s.location_id, s.state,
             sum(s.quantity) filter (where s.position > coalesce(g.position, 0)) as quantity,
             max(s.position) as position, max(s.occurred_at) as occurred_at,
             max(s.created_at) as created_at
      from sides s left join governing g using (catalog_object_id, location_id, state)
      group by 1, 2, 3
    )
    select ${merchant}, catalog_object_id, location_id, state,
           coalesce(s.quantity, 0) + case when g.position is null then 0 else 50 end,
           coalesce(g.occurred_at, '-infinity'), greatest(s.occurred_at, g.occurred_at),
           greatest(s.created_at, g.created_at), greatest(s.position, g.position),
           -- The band is that of the last position of the batch.
           ((greatest(s.position, g.position) - 1) / ${BATCH}::int + 1) * ${BATCH}::int / 4096
    from summed s full join governing g using (catalog_object_id, location_id, state)`;
}
