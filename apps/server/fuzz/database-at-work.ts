import postgres from "postgres";

/** What the connections to the database are at, and since when: to be read where somebody waits for an answer. */
export async function databaseAtWork(databaseUrl: string): Promise<string> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    const rows = await sql`
      select state, wait_event_type, wait_event, clock_timestamp() - state_change as since,
             left(query, 200) as query
      from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and (state <> 'idle' or state_change > clock_timestamp() - interval '30 seconds')`;
    return JSON.stringify(rows);
  } finally {
    await sql.end();
  }
}
