import { sql } from "drizzle-orm";
import { bigserial, numeric, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";

/** What a team would write itself: in a transaction, one UPDATE and one INSERT a change. */
const stock = pgTable(
  "naive_stock",
  { item: text().notNull(), location: text().notNull(), quantity: numeric().notNull() },
  (table) => [primaryKey({ columns: [table.item, table.location] })],
);
const moves = pgTable("naive_moves", {
  id: bigserial({ mode: "number" }).primaryKey(),
  item: text().notNull(),
  location: text().notNull(),
  quantity: numeric().notNull(),
  occurredAt: timestamp({ withTimezone: true, mode: "string" }).notNull(),
});

export interface Naive {
  record(changes: readonly { item: string; quantity: string }[]): Promise<void>;
  close(): Promise<void>;
}

export async function openNaive(url: string, items: readonly string[]): Promise<Naive> {
  const client = postgres(url, { max: 10, onnotice: () => undefined });
  const db = drizzle(client, { casing: "snake_case" });
  await client`
    create table naive_stock (item text, location text, quantity numeric not null, primary key (item, location))`;
  await client`
    create table naive_moves (id bigserial primary key, item text not null, location text not null,
      quantity numeric not null, occurred_at timestamptz not null)`;
  await client`create index on naive_moves (item, location, occurred_at)`;
  await db.insert(stock).values(items.map((item) => ({ item, location: "main", quantity: "0" })));
  return {
    async record(changes) {
      // Sorted, or two batches would deadlock.
      const sorted = changes.toSorted((a, b) => (a.item < b.item ? -1 : 1));
      await db.transaction(async (transaction) => {
        for (const { item, quantity } of sorted) {
          await transaction
            .update(stock)
            .set({ quantity: sql`${stock.quantity} + ${quantity}` })
            .where(sql`${stock.item} = ${item} and ${stock.location} = 'main'`);
          await transaction
            .insert(moves)
            .values({ item, location: "main", quantity, occurredAt: new Date().toISOString() });
        }
      });
    },
    close: () => client.end(),
  };
}
