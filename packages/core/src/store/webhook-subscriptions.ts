import type { WebhookEventType } from "@bincard/contracts";
import type { Sql, Statement } from "./connect.ts";
import { timeOf } from "./time.ts";

/** A subscription as it is kept. Keys are sealed here; whoever holds the vault opens them. */
export interface StoredSubscription {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly eventTypes: readonly WebhookEventType[];
  readonly notificationUrl: string;
  readonly apiVersion: string | undefined;
  readonly signatureKey: Uint8Array;
  /** While a signature by it is sent along. */
  readonly oldSignatureKey: Uint8Array | undefined;
  readonly position: number;
  readonly failingSince: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface SubscriptionRow {
  readonly id: string;
  readonly name: string;
  readonly is_enabled: boolean;
  readonly event_types: string;
  readonly notification_url: string;
  readonly api_version: string | null;
  readonly signature_key: Uint8Array | null;
  readonly old_signature_key: Uint8Array | null;
  readonly position: string;
  readonly failing_since: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What every statement here answers of a subscription. */
export const SUBSCRIPTION_COLUMNS = `
  id, name, is_enabled, event_types, notification_url, api_version, signature_key,
  old_signature_key, position, failing_since, created_at, updated_at`;

export function storedSubscription(row: SubscriptionRow): StoredSubscription {
  return {
    id: row.id,
    name: row.name,
    isEnabled: row.is_enabled,
    // The driver leaves a list as Postgres prints it, and no event type has anything to quote.
    eventTypes: row.event_types.slice(1, -1).split(",") as WebhookEventType[],
    notificationUrl: row.notification_url,
    apiVersion: row.api_version ?? undefined,
    signatureKey: row.signature_key ?? new Uint8Array(),
    oldSignatureKey: row.old_signature_key ?? undefined,
    position: Number(row.position),
    failingSince: row.failing_since === null ? undefined : timeOf(row.failing_since),
    createdAt: timeOf(row.created_at),
    updatedAt: timeOf(row.updated_at),
  };
}

export interface NewSubscription {
  readonly merchantId: string;
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly eventTypes: readonly WebhookEventType[];
  readonly notificationUrl: string;
  readonly apiVersion?: string | undefined;
  readonly signatureKey: Uint8Array;
  /** Where it begins. */
  readonly position: number;
  readonly idempotencyKey: string | undefined;
  readonly fingerprint: string;
}

export async function insertSubscription(
  sql: Statement,
  made: NewSubscription,
): Promise<StoredSubscription> {
  const [row] = await sql<SubscriptionRow[]>`
    insert into bincard.webhook_subscriptions
      (merchant_id, id, name, is_enabled, event_types, notification_url, api_version,
       signature_key, position, idempotency_key, fingerprint, created_at, updated_at)
    values (${made.merchantId}, ${made.id}, ${made.name}, ${made.enabled},
            ${[...made.eventTypes]}::text[], ${made.notificationUrl}, ${made.apiVersion ?? null},
            ${Buffer.from(made.signatureKey)}, ${made.position}, ${made.idempotencyKey ?? null},
            decode(${made.fingerprint}, 'hex'), statement_timestamp(), statement_timestamp())
    returning ${sql.unsafe(SUBSCRIPTION_COLUMNS)}`;
  if (row === undefined) throw new Error("an insert answered no row");
  return storedSubscription(row);
}

export interface FoundByKey {
  readonly stored: StoredSubscription;
  readonly fingerprint: string;
  readonly isDeleted: boolean;
}

/** What was made under an idempotency key before, deleted or not (L6). */
export async function findByKey(
  sql: Statement,
  merchantId: string,
  key: string,
): Promise<FoundByKey | undefined> {
  const [row] = await sql<(SubscriptionRow & { print: string; is_deleted: boolean })[]>`
    select ${sql.unsafe(SUBSCRIPTION_COLUMNS)}, encode(fingerprint, 'hex') as print,
           deleted_at is not null as is_deleted
    from bincard.webhook_subscriptions
    where merchant_id = ${merchantId} and idempotency_key = ${key}`;
  return (
    row && {
      stored: storedSubscription(row),
      fingerprint: row.print,
      isDeleted: row.is_deleted,
    }
  );
}

export async function countSubscriptions(sql: Statement, merchantId: string): Promise<number> {
  const [row] = await sql<{ count: string }[]>`
    select count(*) as count from bincard.webhook_subscriptions
    where merchant_id = ${merchantId} and deleted_at is null`;
  return Number(row?.count ?? 0);
}

export async function readSubscription(
  sql: Statement,
  merchantId: string,
  id: string,
): Promise<StoredSubscription | undefined> {
  const [row] = await sql<SubscriptionRow[]>`
    select ${sql.unsafe(SUBSCRIPTION_COLUMNS)} from bincard.webhook_subscriptions
    where merchant_id = ${merchantId} and id = ${id} and deleted_at is null`;
  return row && storedSubscription(row);
}

export interface AskedSubscriptions {
  readonly includeDisabled: boolean;
  readonly order: "ASC" | "DESC";
  readonly after: { readonly createdAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** By age. */
export async function listStoredSubscriptions(
  sql: Sql,
  merchantId: string,
  { includeDisabled, order, after, limit }: AskedSubscriptions,
): Promise<StoredSubscription[]> {
  const ascending = order === "ASC";
  const beyond =
    after === undefined
      ? sql``
      : sql`and (created_at, id) ${ascending ? sql`>` : sql`<`}
              (${after.createdAt}::timestamptz, ${after.id})`;
  const sorted = ascending ? sql`created_at, id` : sql`created_at desc, id desc`;
  const rows = await sql<SubscriptionRow[]>`
    select ${sql.unsafe(SUBSCRIPTION_COLUMNS)} from bincard.webhook_subscriptions
    where merchant_id = ${merchantId} and deleted_at is null
      ${includeDisabled ? sql`` : sql`and is_enabled`} ${beyond}
    order by ${sorted} limit ${limit}`;
  return rows.map(storedSubscription);
}

interface SubscriptionKey {
  readonly merchantId: string;
  readonly id: string;
}

/** Fields left out keep their value. */
export interface SubscriptionChange {
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly eventTypes?: readonly WebhookEventType[] | undefined;
  readonly notificationUrl?: string | undefined;
  readonly apiVersion?: string | undefined;
}

/** Undefined when there is no such subscription. Another address has not failed yet; nor has one that begins anew. */
export async function updateStoredSubscription(
  sql: Statement,
  { merchantId, id }: SubscriptionKey,
  change: SubscriptionChange,
): Promise<StoredSubscription | undefined> {
  const types = change.eventTypes === undefined ? null : [...change.eventTypes];
  const url = change.notificationUrl ?? null;
  const [row] = await sql<SubscriptionRow[]>`
    update bincard.webhook_subscriptions
    set name = coalesce(${change.name ?? null}, name),
        is_enabled = coalesce(${change.enabled ?? null}, is_enabled),
        event_types = coalesce(${types}::text[], event_types),
        failing_since = case
          when ${url}::text <> notification_url or (${change.enabled ?? null}::boolean and not is_enabled)
          then null else failing_since end,
        notification_url = coalesce(${url}, notification_url),
        api_version = coalesce(${change.apiVersion ?? null}, api_version),
        updated_at = statement_timestamp()
    where merchant_id = ${merchantId} and id = ${id} and deleted_at is null
    returning ${sql.unsafe(SUBSCRIPTION_COLUMNS)}`;
  return row && storedSubscription(row);
}

/** The key that was there until now becomes the old one. */
export async function replaceKey(
  sql: Statement,
  { merchantId, id }: SubscriptionKey,
  signatureKey: Uint8Array,
): Promise<StoredSubscription | undefined> {
  const [row] = await sql<SubscriptionRow[]>`
    update bincard.webhook_subscriptions
    set old_signature_key = signature_key, signature_key = ${Buffer.from(signatureKey)},
        key_rotated_at = statement_timestamp(), updated_at = statement_timestamp()
    where merchant_id = ${merchantId} and id = ${id} and deleted_at is null
    returning ${sql.unsafe(SUBSCRIPTION_COLUMNS)}`;
  return row && storedSubscription(row);
}

/** Until `inside` ends it is not deleted: what is put there for it is seen by who cancels. False when there is none. */
export async function holdSubscription(
  inside: Statement,
  { merchantId, id }: SubscriptionKey,
): Promise<boolean> {
  const rows = await inside`
    select 1 from bincard.webhook_subscriptions
    where merchant_id = ${merchantId} and id = ${id} and deleted_at is null
    for share`;
  return rows.length > 0;
}

/**
 * Its keys go with it, and what it was still to be told is cancelled. False when there is no such subscription. In two
 * statements: what others put there before the first got hold of the row is only seen by one that begins after it.
 */
export async function deleteStoredSubscription(
  inside: Statement,
  { merchantId, id }: SubscriptionKey,
): Promise<boolean> {
  const { count } = await inside`
    update bincard.webhook_subscriptions
    set deleted_at = statement_timestamp(), is_enabled = false,
        signature_key = null, old_signature_key = null
    where merchant_id = ${merchantId} and id = ${id} and deleted_at is null`;
  if (count === 0) return false;
  await inside`
    update bincard.webhook_deliveries set state = 'CANCELLED', next_attempt_at = null
    where merchant_id = ${merchantId} and subscription_id = ${id} and state = 'PENDING'`;
  return true;
}
