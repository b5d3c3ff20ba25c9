import type {
  CatalogObject,
  Extra,
  Item,
  ItemVariation,
  Operations,
  Parsed,
} from "@bincard/contracts";
import { and, asc, count, eq, gt, ilike, or, sql } from "drizzle-orm";
import { anyOf } from "./any-of.ts";
import type { Database } from "./connect.ts";
import { catalogObjects, merchants } from "./schema.ts";
import { timeOf } from "./time.ts";

export type ObjectRow = typeof catalogObjects.$inferSelect;
/** What an upsert says of an object. */
export type WrittenRow = Omit<ObjectRow, "merchantId" | "updatedAt" | "isDeleted">;

function common(row: ObjectRow) {
  const { id, version, isDeleted, name } = row;
  const extra = row.extra as Extra | null;
  const kept = extra === null ? {} : { extra };
  return { id, version, updatedAt: timeOf(row.updatedAt), isDeleted, name, ...kept };
}

function toVariation(row: ObjectRow): ItemVariation {
  return {
    type: "ITEM_VARIATION",
    ...common(row),
    itemId: row.itemId ?? "",
    ...(row.sku === null ? {} : { sku: row.sku }),
    ...(row.upc === null ? {} : { upc: row.upc }),
  };
}

function toItem(row: ObjectRow, variations: readonly ObjectRow[]): Item {
  return {
    type: "ITEM",
    ...common(row),
    ...(row.description === null ? {} : { description: row.description }),
    variations: variations.map(toVariation),
  };
}

/** Rows as objects, in the rows' order; items with their variations, read together. */
async function withVariations(
  db: Database,
  merchantId: string,
  rows: readonly ObjectRow[],
): Promise<CatalogObject[]> {
  const items = rows.filter(({ type }) => type === "ITEM").map(({ id }) => id);
  const variations =
    items.length === 0
      ? []
      : await db
          .select()
          .from(catalogObjects)
          .where(
            and(eq(catalogObjects.merchantId, merchantId), anyOf(catalogObjects.itemId, items)),
          )
          .orderBy(asc(catalogObjects.id));
  const byItem = new Map<string | null, ObjectRow[]>();
  for (const row of variations) byItem.set(row.itemId, [...(byItem.get(row.itemId) ?? []), row]);
  return rows.map((row) => {
    if (row.type !== "ITEM") return toVariation(row);
    const own = byItem.get(row.id) ?? [];
    return toItem(
      row,
      own.filter(({ isDeleted }) => isDeleted === row.isDeleted),
    );
  });
}

export async function readRows(
  db: Database,
  merchantId: string,
  ids: readonly string[],
): Promise<ObjectRow[]> {
  if (ids.length === 0) return [];
  return db
    .select()
    .from(catalogObjects)
    .where(and(eq(catalogObjects.merchantId, merchantId), anyOf(catalogObjects.id, ids)));
}

/** In the order asked; ids without an object are left out. */
export async function readObjects(
  db: Database,
  merchantId: string,
  ids: readonly string[],
): Promise<CatalogObject[]> {
  const rows = await readRows(db, merchantId, ids);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return withVariations(
    db,
    merchantId,
    ids.flatMap((id) => byId.get(id) ?? []),
  );
}

export async function readObject(
  db: Database,
  merchantId: string,
  id: string,
): Promise<CatalogObject | undefined> {
  const [object] = await readObjects(db, merchantId, [id]);
  return object;
}

type Filters = Omit<Parsed<Operations["catalog"]["list"]>, "limit" | "cursor">;

/** Every word must be somewhere in name, SKU or UPC; `%` and `_` mean themselves. */
function textCondition(text: string) {
  const words = text.split(/\s+/).filter((word) => word !== "");
  return and(
    ...words.map((word) => {
      const pattern = `%${word.replace(/[\\%_]/g, (special) => `\\${special}`)}%`;
      const { name, sku, upc } = catalogObjects;
      // The columns' own collation compares bytes and folds ASCII alone; the database's folds every letter.
      return or(
        ...[name, sku, upc].map((column) => ilike(sql`${column} collate "default"`, pattern)),
      );
    }),
  );
}

export async function listObjects(
  db: Database,
  merchantId: string,
  asked: { readonly filters: Filters; readonly after: string | undefined; readonly limit: number },
): Promise<CatalogObject[]> {
  const { types, ids, text, skus, includeDeleted, updatedAfter } = asked.filters;
  const rows = await db
    .select()
    .from(catalogObjects)
    .where(
      and(
        eq(catalogObjects.merchantId, merchantId),
        types && anyOf(catalogObjects.type, types),
        ids && anyOf(catalogObjects.id, ids),
        text === undefined ? undefined : textCondition(text),
        skus && anyOf(catalogObjects.sku, skus),
        includeDeleted ? undefined : eq(catalogObjects.isDeleted, false),
        updatedAfter === undefined ? undefined : gt(catalogObjects.updatedAt, updatedAfter),
        asked.after === undefined ? undefined : gt(catalogObjects.id, asked.after),
      ),
    )
    .orderBy(asc(catalogObjects.id))
    .limit(asked.limit);
  return withVariations(db, merchantId, rows);
}

/** How many variations that are not deleted each of these items has; one without any is left out. */
export async function countVariations(
  db: Database,
  merchantId: string,
  itemIds: readonly string[],
): Promise<Map<string, number>> {
  if (itemIds.length === 0) return new Map();
  const { itemId, isDeleted } = catalogObjects;
  const rows = await db
    .select({ itemId, count: count() })
    .from(catalogObjects)
    .where(
      and(eq(catalogObjects.merchantId, merchantId), anyOf(itemId, itemIds), eq(isDeleted, false)),
    )
    .groupBy(itemId);
  return new Map(rows.map((row) => [row.itemId ?? "", row.count]));
}

/** Inserts or replaces, in one statement; what an object may become was judged before. */
export async function writeRows(
  db: Database,
  merchantId: string,
  { rows, at }: { readonly rows: readonly WrittenRow[]; readonly at: string },
): Promise<void> {
  const column = (read: (row: WrittenRow) => string | number | null) => sql.param(rows.map(read));
  await db.execute(sql`
    insert into bincard.catalog_objects
      (merchant_id, id, type, item_id, name, description, sku, upc, extra, version, updated_at)
    select ${merchantId}, o.id, o.type, o.item_id, o.name, o.description, o.sku, o.upc,
           o.extra::jsonb, o.version, ${at}::timestamptz
    from unnest(
      ${column(({ id }) => id)}::text[],
      ${column(({ type }) => type)}::text[],
      ${column(({ itemId }) => itemId)}::text[],
      ${column(({ name }) => name)}::text[],
      ${column(({ description }) => description)}::text[],
      ${column(({ sku }) => sku)}::text[],
      ${column(({ upc }) => upc)}::text[],
      ${column(({ extra }) => (extra === null ? null : JSON.stringify(extra)))}::text[],
      ${column(({ version }) => version)}::bigint[]
    ) as o(id, type, item_id, name, description, sku, upc, extra, version)
    on conflict (merchant_id, id) do update
    set name = excluded.name, description = excluded.description, sku = excluded.sku,
        upc = excluded.upc, extra = excluded.extra, version = excluded.version,
        updated_at = excluded.updated_at`);
}

/** Soft, with the variations of the items among them. Answers what it deleted. */
export async function deleteRows(
  db: Database,
  merchantId: string,
  { ids, at }: { readonly ids: readonly string[]; readonly at: string },
): Promise<string[]> {
  const rows = await db
    .update(catalogObjects)
    .set({ isDeleted: true, version: sql`${catalogObjects.version} + 1`, updatedAt: at })
    .where(
      and(
        eq(catalogObjects.merchantId, merchantId),
        eq(catalogObjects.isDeleted, false),
        or(anyOf(catalogObjects.id, ids), anyOf(catalogObjects.itemId, ids)),
      ),
    )
    .returning({ id: catalogObjects.id });
  return rows.map(({ id }) => id).toSorted();
}

export interface Entered {
  readonly position: number;
  /** Time of the write, as Postgres prints it. */
  readonly at: string;
}

/**
 * Takes the merchant's row, which puts catalog writes in order with everything else, and moves its
 * catalog version on, so that no lane trusts what it remembers of the catalog.
 */
export async function enterCatalog(db: Database, merchantId: string): Promise<Entered> {
  const [row] = await db
    .update(merchants)
    .set({ catalogVersion: sql`${merchants.catalogVersion} + 1` })
    .where(eq(merchants.id, merchantId))
    .returning({ position: merchants.position });
  if (row === undefined) throw new Error(`merchant ${merchantId} is gone`);
  // Asked by itself, now that the row is held: what an update returns must be immutable on a cluster.
  const [clock] = await db.execute<{ at: string }>(sql`select clock_timestamp() as at`);
  if (clock === undefined) throw new Error("the clock answered no row");
  return { position: row.position, at: clock.at };
}
