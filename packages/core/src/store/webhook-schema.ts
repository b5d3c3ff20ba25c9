import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  primaryKey,
  text as plainText,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { bincard } from "./schema.ts";

const text = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
const bytes = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });
const instant = () => timestamp({ withTimezone: true, mode: "string" });
const position = () => bigint({ mode: "number" });

/** Who is told of counts. Each is a reader of the feed with a place of its own. */
export const webhookSubscriptions = bincard.table(
  "webhook_subscriptions",
  {
    merchantId: text().notNull(),
    id: text().notNull(),
    name: text().notNull(),
    isEnabled: boolean().notNull(),
    eventTypes: plainText().array().notNull(),
    notificationUrl: text().notNull(),
    apiVersion: text(),
    /** Encrypted; gone with the subscription. */
    signatureKey: bytes(),
    /** The one before the last rotation, and when that was. */
    oldSignatureKey: bytes(),
    keyRotatedAt: instant(),
    /** Deliveries have been made of everything up to here. */
    position: position().notNull(),
    /** Of the request that made it, with its fingerprint (L6). */
    idempotencyKey: text(),
    fingerprint: bytes(),
    /** Since when attempts have been failing. */
    failingSince: instant(),
    /** The server that serves it now, and until when nobody else does. */
    lease: text(),
    leasedUntil: instant()
      .notNull()
      .default(sql`'epoch'`),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    deletedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.merchantId, table.id] }),
    uniqueIndex("webhook_subscriptions_by_key").on(table.merchantId, table.idempotencyKey),
    index("webhook_subscriptions_by_age").on(table.merchantId, table.createdAt, table.id),
  ],
);

/** One event for one subscription, with what it tells and what became of it. */
export const webhookDeliveries = bincard.table(
  "webhook_deliveries",
  {
    merchantId: text().notNull(),
    id: text().notNull(),
    subscriptionId: text().notNull(),
    eventType: text().notNull(),
    state: text().notNull(),
    firstPosition: position().notNull(),
    lastPosition: position().notNull(),
    /** Orders the deliveries that tell of the same positions. */
    part: integer().notNull(),
    /** As they stood when it was made: every attempt says the same. */
    counts: jsonb().notNull(),
    createdAt: instant().notNull(),
    /** Since it was made, or replayed. */
    attemptCount: integer().notNull().default(0),
    /** Whether an attempt has failed already: first attempts go in order, and before retries. */
    isRetry: boolean().notNull().default(false),
    /** Null unless it is PENDING. */
    nextAttemptAt: instant(),
    /** Oldest first. */
    attempts: jsonb()
      .notNull()
      .default(sql`'[]'`),
  },
  (table) => [
    primaryKey({ columns: [table.merchantId, table.id] }),
    index("webhook_deliveries_due")
      .on(table.merchantId, table.subscriptionId, table.isRetry, table.nextAttemptAt)
      .where(sql`state = 'PENDING'`),
    index("webhook_deliveries_by_age").on(table.merchantId, table.createdAt, table.id),
    index("webhook_deliveries_of_subscription").on(
      table.merchantId,
      table.subscriptionId,
      table.createdAt,
      table.id,
    ),
    index("webhook_deliveries_by_state").on(
      table.merchantId,
      table.state,
      table.createdAt,
      table.id,
    ),
  ],
);
