import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { type Order, statesOf, type World } from "../work.ts";
import type { Writer } from "./writer.ts";

/**
 * One sale as one statement written by hand: the merchant's position, the key, the change and the count, with
 * nothing judged and nothing grouped. What a lone request costs at least.
 */
export async function openPlain({ databaseUrl, merchants }: World): Promise<Writer> {
  const sql = postgres(databaseUrl, { max: 10, fetch_types: false, onnotice: () => undefined });
  return {
    async record(order: Order) {
      const { id = "", locationId = "" } = merchants[order.merchant] ?? {};
      const { from, to } = statesOf(order);
      const [item = ""] = order.items;
      await sql`
        with fence as (
          update plain_merchants
          set position = position + 1,
              received_at = greatest(clock_timestamp(), received_at + interval '1 microsecond')
          where id = ${id}
          returning id, position, received_at
        ),
        kept as (
          insert into plain_keys
            (merchant_id, key, operation, fingerprint, position, change_count, token_id, received_at)
          select id, ${randomUUID()}, 'changes.create', sha256(convert_to(${item}, 'UTF8')), position, 1,
                 'T', received_at
          from fence
        ),
        logged as (
          insert into plain_changes
            (merchant_id, position, type, catalog_object_id, location_id, from_state, to_state, quantity,
             occurred_at, created_at, application_id)
          select id, position, 'ADJUSTMENT', ${item}, ${locationId}, ${from}, ${to}, 1,
                 ${new Date().toISOString()}::text::timestamptz, received_at, 'A0123456789AB'
          from fence
        )
        insert into plain_counts
          (merchant_id, catalog_object_id, location_id, state, quantity, counted_at, last_at,
           calculated_at, position, band)
        select id, ${item}, ${locationId}, ${from}, -1, '-infinity', received_at, received_at, position,
               position / 4096
        from fence
        on conflict (merchant_id, catalog_object_id, location_id, state) do update
        set quantity = plain_counts.quantity + excluded.quantity, last_at = excluded.last_at,
            calculated_at = excluded.calculated_at, position = excluded.position, band = excluded.band`;
    },
    close: () => sql.end(),
  };
}

/** The ledger's tables once more, under the statement's own names. */
export async function createPlainTables(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  await sql`create table plain_changes (like bincard.changes including all)`;
  await sql`create table plain_counts (like bincard.counts including all)`;
  await sql`create table plain_keys (like bincard.idempotency_keys including all)`;
  await sql`create table plain_merchants (like bincard.merchants including all)`;
  await sql`insert into plain_merchants select * from bincard.merchants`;
  await sql.end();
}
