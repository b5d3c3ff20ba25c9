import postgres from "postgres";
import type { Volatility } from "./volatility.ts";

/** What this PostgreSQL says of its own functions; of those it lacks, the worst. */
export async function readVolatilities(url: string): Promise<(name: string) => Volatility> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    // 'i' < 's' < 'v': the greatest is the least certain.
    const rows = await sql<{ name: string; letter: string }[]>`
      select proname as name, max(provolatile::text) as letter from pg_proc group by 1`;
    const words: Record<string, Volatility> = { i: "immutable", s: "stable", v: "volatile" };
    const known = new Map(rows.map(({ name, letter }) => [name, words[letter] ?? "volatile"]));
    return (name) => known.get(name) ?? "volatile";
  } finally {
    await sql.end();
  }
}
