import { type Column, type SQL, sql } from "drizzle-orm";

/**
 * The column is one of these: one parameter, however many they are. A statement whose text grew with its list would be
 * another statement for every length, and would be prepared and kept as such.
 */
export function anyOf(column: Column, values: readonly string[]): SQL {
  return sql`${column} = any(${sql.param([...values])}::text[])`;
}
