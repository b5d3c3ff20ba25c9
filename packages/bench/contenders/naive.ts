import { sql } from "drizzle-orm";
import { bigserial, numeric, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { itemOf, ITEMS, type Order, type World } from "../work.ts";
import type { Writer } from "./writer.ts";

/** What a team would write itself: in a transaction, one UPDATE and one INSERT a change. */
const stock = pgTable(
  "naive_stock",
  {
    merchant: text().notNull(),
    item: text().notNull(),
    location: text().notNull(),
    quantity: numeric().notNull(),
  },
  (table) => [primaryKey({ columns: [table.merchant, table.item, table.location] })],
);
const moves = pgTable("naive_moves", {
  id: bigserial({ mode: "number" }).primaryKey(),
  merchant: text().notNull(),
  item: text().notNull(),
  location: text().notNull(),
  quantity: numeric().notNull(),
  occurredAt: timestamp({ withTimezone: true, mode: "string" }).notNull(),
});

export async function createNaiveTables({ databaseUrl, merchants }: World): Promise<void> {
  const client = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  await client`
    create table naive_stock (merchant text, item text, location text, quantity numeric not null,
      primary key (merchant, item, location))`;
  await client`
    create table naive_moves (id bigserial primary key, merchant text not null, item text not null,
      location text not null, quantity numeric not null, occurred_at timestamptz not null)`;
  await client`create index on naive_moves (merchant, item, location, occurred_at)`;
  const items = Array.from({ length: ITEMS }, (_, index) => itemOf(index));
  const rows = merchants.map(({ id, locationId }) => ({ id, locationId }));
  for (const { id, locationId } of rows)
    await client`
      insert into naive_stock
      select ${id}, item, ${locationId}, 0 from unnest(${items}::text[]) as i(item)`;
  await client.end();
}

export async function openNaive({ databaseUrl, merchants }: World): Promise<Writer> {
  const client = postgres(databaseUrl, { max: 10, onnotice: () => undefined });
  const db = drizzle(client, { casing: "snake_case" });
  return {
    async record({ merchant: index, items }: Order) {
      const { id: merchant = "", locationId: location = "" } = merchants[index] ?? {};
      const quantity = items.length === 1 ? "-1" : "1";
      const occurredAt = new Date().toISOString();
      await db.transaction(async (transaction) => {
        // Sorted, or two batches would deadlock.
        for (const item of items.toSorted()) {
          await transaction
            .update(stock)
            .set({ quantity: sql`${stock.quantity} + ${quantity}` })
            .where(
              sql`${stock.merchant} = ${merchant} and ${stock.item} = ${item} and ${stock.location} = ${location}`,
            );
          await transaction
            .insert(moves)
            .values({ merchant, item, location, quantity, occurredAt });
        }
      });
    },
    close: () => client.end(),
  };
}
