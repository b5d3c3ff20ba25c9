import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  numeric,
  pgSchema,
  primaryKey,
  text as plainText,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";

/**
 * The merchant is the first column of every key and index (laws: Words). There are no sequences, no
 * triggers and no foreign keys: the writer knows what exists as of the position its fence proves.
 */
export const bincard = pgSchema("bincard");

/** Ids and states compare by their bytes, on every machine alike. */
const text = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
const bytes = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });
/** As Postgres prints it; `time.ts` of this folder turns it into the contract's form. */
const instant = () => timestamp({ withTimezone: true, mode: "string" });
const position = () => bigint({ mode: "number" });

export const merchants = bincard.table("merchants", {
  id: text().primaryKey(),
  name: text().notNull(),
  /** The fence: every writer of this merchant moves it on, from the value it read. */
  position: position().notNull().default(0),
  /** What the last group was called by whoever sent it: positions alone would not tell two writers' groups apart. */
  mark: bigint({ mode: "number" }).notNull().default(0),
  /** Receipt time of the last batch. */
  receivedAt: instant()
    .notNull()
    .default(sql`'epoch'`),
  /** Moves on when the catalog or the locations do, so that a cached "exists" is never stale. */
  catalogVersion: position().notNull().default(0),
  createdAt: instant()
    .notNull()
    .default(sql`clock_timestamp()`),
});

export const applications = bincard.table(
  "applications",
  { merchantId: text().notNull(), id: text().notNull(), name: text().notNull() },
  (table) => [primaryKey({ columns: [table.merchantId, table.id] })],
);

export const tokens = bincard.table(
  "tokens",
  {
    merchantId: text().notNull(),
    id: text().notNull(),
    applicationId: text().notNull(),
    /** SHA-256 of a secret of 256 random bits: no slow hash is needed. */
    secretHash: bytes().notNull(),
    scopes: plainText().array().notNull(),
    createdAt: instant()
      .notNull()
      .default(sql`clock_timestamp()`),
    expiresAt: instant(),
    revokedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.merchantId, table.id] }),
    uniqueIndex("tokens_by_secret").on(table.secretHash),
  ],
);

export const locations = bincard.table(
  "locations",
  {
    merchantId: text().notNull(),
    id: text().notNull(),
    name: text().notNull(),
    description: text(),
    timezone: text(),
    status: text().notNull(),
    extra: jsonb(),
    createdAt: instant()
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.merchantId, table.id] }),
    uniqueIndex("locations_by_name").on(table.merchantId, table.name),
    index("locations_by_age").on(table.merchantId, table.createdAt, table.id),
  ],
);

export const catalogObjects = bincard.table(
  "catalog_objects",
  {
    merchantId: text().notNull(),
    id: text().notNull(),
    type: text().notNull(),
    itemId: text(),
    name: text().notNull(),
    description: text(),
    sku: text(),
    upc: text(),
    extra: jsonb(),
    version: position().notNull(),
    isDeleted: boolean().notNull().default(false),
    updatedAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.merchantId, table.id] }),
    index("catalog_objects_by_item").on(table.merchantId, table.itemId),
    index("catalog_objects_by_sku").on(table.merchantId, table.sku),
    check("item_of_variation", sql`(type = 'ITEM_VARIATION') = (item_id is not null)`),
  ],
);

export const idempotencyKeys = bincard.table(
  "idempotency_keys",
  {
    merchantId: text().notNull(),
    key: text().notNull(),
    operation: text().notNull(),
    /** SHA-256 of the parsed request without its key. */
    fingerprint: bytes().notNull(),
    /** The merchant's position once this request was in; its changes are the last `change_count` up to there. */
    position: position().notNull(),
    changeCount: integer().notNull(),
    /** What the changes cannot tell again: failures of a refusal, id mappings of an upsert. */
    answer: jsonb(),
    tokenId: text().notNull(),
    receivedAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.merchantId, table.key] })],
);

/** The ledger. Append-only: nothing updates or deletes a row. */
export const changes = bincard.table(
  "changes",
  {
    merchantId: text().notNull(),
    position: position().notNull(),
    type: text().notNull(),
    catalogObjectId: text().notNull(),
    /** Where; for a move between two locations, from where. */
    locationId: text().notNull(),
    /** Only for a move between two locations: to where. */
    toLocationId: text(),
    /** Null for a physical count, whose state is `to_state`. */
    fromState: text(),
    toState: text().notNull(),
    quantity: numeric().notNull(),
    occurredAt: instant().notNull(),
    createdAt: instant().notNull(),
    applicationId: text().notNull(),
    referenceId: text(),
    employeeId: text(),
    teamMemberId: text(),
  },
  (table) => [
    primaryKey({ columns: [table.merchantId, table.position] }),
    index("changes_in_time").on(table.merchantId, table.occurredAt, table.position),
    index("changes_of_key").on(
      table.merchantId,
      table.catalogObjectId,
      table.locationId,
      table.occurredAt,
      table.position,
    ),
    index("changes_arriving")
      .on(
        table.merchantId,
        table.catalogObjectId,
        table.toLocationId,
        table.occurredAt,
        table.position,
      )
      .where(sql`to_location_id is not null`),
    index("changes_counting")
      .on(
        table.merchantId,
        table.catalogObjectId,
        table.locationId,
        table.toState,
        table.occurredAt,
        table.position,
      )
      .where(sql`type = 'PHYSICAL_COUNT'`),
    check("quantity_sign", sql`quantity > 0 or (type = 'PHYSICAL_COUNT' and quantity = 0)`),
    check("from_state_of_move", sql`(type = 'PHYSICAL_COUNT') = (from_state is null)`),
    check("two_locations_differ", sql`to_location_id is null or to_location_id <> location_id`),
  ],
);

/** A projection of `changes`, and nothing else: `verify` recomputes it (L8). */
export const counts = bincard.table(
  "counts",
  {
    merchantId: text().notNull(),
    catalogObjectId: text().notNull(),
    locationId: text().notNull(),
    state: text().notNull(),
    quantity: numeric().notNull(),
    /** `occurred_at` of the governing physical count; -infinity without one. */
    countedAt: instant().notNull(),
    /** Newest `occurred_at` on this key. */
    lastAt: instant().notNull(),
    /** Receipt time and position of the last change that governed or moved this count. */
    calculatedAt: instant().notNull(),
    position: position().notNull(),
    /** Orders counts as `calculated_at` does, but changes seldom: see `bandOf`. */
    band: position().notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.merchantId, table.catalogObjectId, table.locationId, table.state],
    }),
    index("counts_by_band").on(table.merchantId, table.band),
  ],
);
