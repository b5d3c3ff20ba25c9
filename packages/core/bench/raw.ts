import postgres from "postgres";

/** The limit: the ledger's own rows with their indexes, by one INSERT a batch, and no ledger. */
export interface Raw {
  record(changes: readonly { item: string; quantity: string }[]): Promise<void>;
  close(): Promise<void>;
}

export async function openRaw(url: string): Promise<Raw> {
  const sql = postgres(url, { max: 10, onnotice: () => undefined });
  await sql`create table raw_changes (like bincard.changes including all)`;
  let position = 0;
  return {
    async record(changes) {
      const first = position;
      position += changes.length;
      await sql`
        insert into raw_changes
          (merchant_id, position, type, catalog_object_id, location_id, from_state, to_state, quantity,
           occurred_at, created_at, application_id)
        select 'M', ${first}::bigint + c.ordinal, 'ADJUSTMENT', c.item, 'main', 'NONE', 'IN_STOCK',
               c.quantity::numeric, clock_timestamp(), clock_timestamp(), 'A'
        from unnest(
          ${changes.map(({ item }) => item)}::text[], ${changes.map(({ quantity }) => quantity)}::text[]
        ) with ordinality as c(item, quantity, ordinal)`;
    },
    close: () => sql.end(),
  };
}
