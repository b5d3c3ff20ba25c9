import postgres from "postgres";
import { type Order, statesOf, type World } from "../work.ts";
import type { Writer } from "./writer.ts";

/** The ledger's own rows with the ledger's own indexes, and nothing else. */
export const RAW_TABLE = "raw_changes";

export async function createRawTable(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  await sql`create table if not exists raw_changes (like bincard.changes including all)`;
  await sql.end();
}

/**
 * The limit: one prepared INSERT a request. What is the same in every row crosses once, the rest as one
 * text array a column, written here without the driver's general serialiser.
 */
export async function openRaw({ databaseUrl, merchants }: World, max: number): Promise<Writer> {
  const sql = postgres(databaseUrl, { max, fetch_types: false, onnotice: () => undefined });
  // Processes share the table and its primary key: each has a range of its own.
  let position = process.pid * 1_000_000_000;
  return {
    async record(order: Order) {
      const { id = "", locationId = "" } = merchants[order.merchant] ?? {};
      const { from, to } = statesOf(order);
      const first = position;
      position += order.items.length;
      const occurredAt = new Date().toISOString();
      const { length } = order.items;
      await sql`
        insert into raw_changes
          (merchant_id, position, type, catalog_object_id, location_id, from_state, to_state, quantity,
           occurred_at, created_at, application_id)
        select ${id}, ${first}::bigint + c.ordinal, 'ADJUSTMENT', c.item, ${locationId}, ${from}, ${to},
               c.quantity::numeric, c.occurred_at::timestamptz, clock_timestamp(), 'A0123456789AB'
        from unnest(
          ${`{${order.items.join(",")}}`}::text[],
          ${`{${"1,".repeat(length - 1)}1}`}::text[],
          ${`{${`${occurredAt},`.repeat(length - 1)}${occurredAt}}`}::text[]
        ) with ordinality as c(item, quantity, occurred_at, ordinal)`;
    },
    close: () => sql.end(),
  };
}
