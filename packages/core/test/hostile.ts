import type postgres from "postgres";

/**
 * A database that undoes writes for another's sake, as a cluster or a busy server does: triggers refuse one write
 * statement of the server's in every so many, in turn as a serialization failure and as a deadlock, some only at the
 * commit. What is undone follows from the seed and from the order in which statements come. No foreign key stands.
 */
export interface Hostility {
  /** One statement in this many is refused; none when 0. */
  readonly oneIn: number;
  readonly seed: number;
}

/** Tables that every kind of write goes through. */
const WATCHED = [
  "merchants",
  "idempotency_keys",
  "locations",
  "tokens",
  "catalog_objects",
  "webhook_subscriptions",
  "webhook_deliveries",
];

export async function makeHostile(sql: postgres.Sql, { oneIn, seed }: Hostility): Promise<void> {
  await sql.unsafe(`
    create schema hostile;
    create sequence hostile.calls;
    create sequence hostile.refused;
    create table hostile.plan (one_in bigint not null, seed bigint not null, until bigint not null);
    insert into hostile.plan values (${oneIn}, ${seed}, 0);

    create function hostile.refuse() returns trigger language plpgsql security definer as $$
    declare
      call bigint := nextval('hostile.calls');
      plan hostile.plan;
    begin
      -- The tests' own statements are left alone.
      if current_setting('application_name') <> 'bincard' then return null; end if;
      select * into plan from hostile.plan;
      if call <= plan.until or (plan.one_in > 0
          and call % plan.one_in = abs(hashint8(call / plan.one_in + plan.seed)::bigint) % plan.one_in)
      then
        perform nextval('hostile.refused');
        raise exception 'undone for another''s sake'
          using errcode = case call % 2 when 0 then '40001' else '40P01' end;
      end if;
      return null;
    end $$;
  `);
  for (const table of WATCHED)
    await sql.unsafe(`
      create trigger refuse before insert or update or delete on bincard.${table}
      for each statement execute function hostile.refuse()`);
  await sql.unsafe(`
    create constraint trigger refuse_at_commit after update on bincard.merchants
    deferrable initially deferred for each row execute function hostile.refuse()`);
  await dropForeignKeys(sql);
}

async function dropForeignKeys(sql: postgres.Sql): Promise<void> {
  const keys = await sql<{ table: string; name: string }[]>`
    select conrelid::regclass::text as table, quote_ident(conname) as name
    from pg_constraint where contype = 'f' and connamespace = 'bincard'::regnamespace`;
  for (const { table, name } of keys)
    await sql.unsafe(`alter table ${table} drop constraint ${name}`);
}

/** The server's next write statements are refused, this many of them. */
export async function refuseNext(sql: postgres.Sql, statements: number): Promise<void> {
  await sql`
    update hostile.plan set until = ${statements} + (
      select case when is_called then last_value else 0 end from hostile.calls)`;
}

/** How many were refused so far. */
export async function refusedSoFar(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ refused: string }[]>`
    select case when is_called then last_value else 0 end as refused from hostile.refused`;
  return Number(row?.refused ?? 0);
}
