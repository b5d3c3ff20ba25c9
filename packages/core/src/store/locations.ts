import type { Extra, Location } from "@bincard/contracts";
import { and, asc, eq, sql } from "drizzle-orm";
import type { Database } from "./connect.ts";
import { locations } from "./schema.ts";
import { timeOf } from "./time.ts";

type NewLocation = typeof locations.$inferInsert;

function toLocation(row: typeof locations.$inferSelect): Location {
  return {
    id: row.id,
    merchantId: row.merchantId,
    name: row.name,
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.timezone === null ? {} : { timezone: row.timezone }),
    status: row.status as Location["status"],
    ...(row.extra === null ? {} : { extra: row.extra as Extra }),
    createdAt: timeOf(row.createdAt),
  };
}

/** Names of the constraints a new location can meet. */
export const LOCATION_NAME_TAKEN = "locations_by_name";
export const LOCATION_ID_TAKEN = "locations_merchant_id_id_pk";

export async function insertLocation(db: Database, values: NewLocation): Promise<Location> {
  const [row] = await db.insert(locations).values(values).returning();
  if (row === undefined) throw new Error("an insert answered no row");
  return toLocation(row);
}

export async function readLocation(
  db: Database,
  merchantId: string,
  id: string,
): Promise<Location | undefined> {
  const [row] = await db
    .select()
    .from(locations)
    .where(and(eq(locations.merchantId, merchantId), eq(locations.id, id)));
  return row && toLocation(row);
}

/** What an update says of a location. What is undefined keeps its value. */
export interface LocationChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly timezone?: string | undefined;
  readonly status?: string | undefined;
  readonly extra?: Extra | undefined;
  /** Set in what `extra` holds when the row is ours, so that updates that come at once are all kept. */
  readonly extraFields?: Extra | undefined;
}

/** Undefined when there is no such location. */
export async function updateStoredLocation(
  db: Database,
  key: { readonly merchantId: string; readonly id: string },
  { extraFields, ...values }: LocationChange,
): Promise<Location | undefined> {
  const merged =
    extraFields &&
    sql`coalesce(${locations.extra}, '{}'::jsonb) || ${JSON.stringify(extraFields)}::jsonb`;
  const [row] = await db
    .update(locations)
    // Naming the id keeps the statement whole when nothing else is to change.
    .set({ id: key.id, ...values, ...(merged && { extra: merged }) })
    .where(and(eq(locations.merchantId, key.merchantId), eq(locations.id, key.id)))
    .returning();
  return row && toLocation(row);
}

/** Oldest first. */
export async function listStoredLocations(
  db: Database,
  merchantId: string,
  asked: {
    readonly after: { readonly createdAt: string; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<Location[]> {
  const { after } = asked;
  const rows = await db
    .select()
    .from(locations)
    .where(
      and(
        eq(locations.merchantId, merchantId),
        after &&
          sql`(${locations.createdAt}, ${locations.id}) > (${after.createdAt}::timestamptz, ${after.id})`,
      ),
    )
    .orderBy(asc(locations.createdAt), asc(locations.id))
    .limit(asked.limit);
  return rows.map(toLocation);
}
