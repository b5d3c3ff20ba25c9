import type postgres from "postgres";

/** The database fails whatever is recorded by a merchant, with this error, until what this answers is called. */
export async function failing(
  sql: postgres.Sql,
  merchantId: string,
  code: string,
): Promise<() => Promise<void>> {
  await sql.unsafe(`
    create function bincard.fail() returns trigger language plpgsql as
      $$ begin raise exception 'not this one' using errcode = '${code}'; end $$;
    create trigger fail before insert on bincard.changes for each row
      when (new.merchant_id = '${merchantId}') execute function bincard.fail()`);
  return async () => {
    await sql.unsafe("drop function bincard.fail cascade");
  };
}
