import type { KeyedQuantity, LoggedChange } from "./history.ts";
import type { Superuser } from "./superuser.ts";

/** A ledger as an earlier version stored it, and what that version answered. */
export interface Fixture {
  /** The newest migration it had. */
  readonly tag: string;
  /** By table, its rows as one JSON text, so that no number passes through JavaScript's. */
  readonly tables: Readonly<Record<string, string>>;
  readonly merchants: readonly {
    readonly token: string;
    readonly log: readonly LoggedChange[];
    readonly counts: readonly KeyedQuantity[];
  }[];
}

const MIGRATIONS = "migrations";

/** Every table of Bincard's that holds rows. */
export async function readTables({ sql }: Superuser): Promise<Record<string, string>> {
  const names = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'bincard' and table_name <> ${MIGRATIONS} order by 1`;
  const tables: Record<string, string> = {};
  for (const { name } of names) {
    const [row] = await sql.unsafe<{ rows: string }[]>(
      `select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows from bincard.${name} t`,
    );
    tables[name] = row?.rows ?? "[]";
  }
  return tables;
}

/** Into tables that stand as they did when the fixture was made. */
export async function load({ sql }: Superuser, { tables }: Fixture): Promise<void> {
  for (const [name, rows] of Object.entries(tables))
    await sql.unsafe(
      `insert into bincard.${name}
       select * from jsonb_populate_recordset(null::bincard.${name}, $1::text::jsonb)`,
      [rows],
    );
}
