import type { Sql } from "./connect.ts";
import {
  type StoredSubscription,
  storedSubscription,
  SUBSCRIPTION_COLUMNS,
  type SubscriptionRow,
} from "./webhook-subscriptions.ts";

/** A subscription that has something to be told, and that nobody serves. */
export interface Work {
  readonly merchantId: string;
  readonly subscriptionId: string;
  readonly isFailing: boolean;
}

/**
 * Asked at the gate, of all merchants: whose feed has gone on, or for whom an attempt is due. Receivers that answer go
 * before those that have been failing, and among them whoever was served longest ago.
 */
export async function findWork(sql: Sql, limit: number): Promise<Work[]> {
  const rows = await sql<{ merchant_id: string; id: string; is_failing: boolean }[]>`
    select s.merchant_id, s.id, s.failing_since is not null as is_failing
    from bincard.webhook_subscriptions s
    join bincard.merchants m on m.id = s.merchant_id
    where s.is_enabled and s.leased_until < statement_timestamp()
      and (m.position > s.position or exists (
        select from bincard.webhook_deliveries d
        where d.merchant_id = s.merchant_id and d.subscription_id = s.id
          and d.state = 'PENDING' and d.next_attempt_at <= statement_timestamp()
          and d.is_retry in (false, true)))
    order by s.failing_since is not null, s.leased_until
    limit ${limit}`;
  return rows.map((row) => ({
    merchantId: row.merchant_id,
    subscriptionId: row.id,
    isFailing: row.is_failing,
  }));
}

export interface Lease {
  readonly merchantId: string;
  readonly subscriptionId: string;
  /** Nobody else's. */
  readonly lease: string;
  readonly seconds: number;
}

/** Answers the subscription once it is this server's to serve. Undefined when another was faster, or it is gone. */
export async function takeLease(
  sql: Sql,
  { merchantId, subscriptionId, lease, seconds }: Lease,
): Promise<StoredSubscription | undefined> {
  const [row] = await sql<SubscriptionRow[]>`
    update bincard.webhook_subscriptions
    set lease = ${lease}, leased_until = statement_timestamp() + ${seconds}::int * interval '1 second'
    where merchant_id = ${merchantId} and id = ${subscriptionId} and is_enabled
      and leased_until < statement_timestamp()
    returning ${sql.unsafe(SUBSCRIPTION_COLUMNS)}`;
  return row && storedSubscription(row);
}

/** The same for longer. Undefined when it was lost, or the subscription was disabled or deleted. */
export async function renewLease(
  sql: Sql,
  { merchantId, subscriptionId, lease, seconds }: Lease,
): Promise<StoredSubscription | undefined> {
  const [row] = await sql<SubscriptionRow[]>`
    update bincard.webhook_subscriptions
    set leased_until = statement_timestamp() + ${seconds}::int * interval '1 second'
    where merchant_id = ${merchantId} and id = ${subscriptionId} and is_enabled
      and lease = ${lease}
    returning ${sql.unsafe(SUBSCRIPTION_COLUMNS)}`;
  return row && storedSubscription(row);
}

export async function endLease(
  sql: Sql,
  { merchantId, subscriptionId, lease }: Omit<Lease, "seconds">,
): Promise<void> {
  await sql`
    update bincard.webhook_subscriptions
    set lease = null, leased_until = statement_timestamp()
    where merchant_id = ${merchantId} and id = ${subscriptionId} and lease = ${lease}`;
}

/** Remembers since when its attempts have been failing. */
export async function noteFailing(
  sql: Sql,
  { merchantId, subscriptionId }: Pick<Lease, "merchantId" | "subscriptionId">,
): Promise<void> {
  await sql`
    update bincard.webhook_subscriptions set failing_since = statement_timestamp()
    where merchant_id = ${merchantId} and id = ${subscriptionId} and failing_since is null`;
}

/** Disables a subscription that has been failing for so many days. Whether it did. */
export async function giveUp(
  sql: Sql,
  { merchantId, subscriptionId }: Pick<Lease, "merchantId" | "subscriptionId">,
  days: number,
): Promise<boolean> {
  const rows = await sql`
    update bincard.webhook_subscriptions
    set is_enabled = false, updated_at = statement_timestamp()
    where merchant_id = ${merchantId} and id = ${subscriptionId} and is_enabled
      and failing_since < statement_timestamp() - ${days}::int * interval '1 day'
    returning id`;
  return rows.length > 0;
}

/** One has succeeded. */
export async function noteWell(
  sql: Sql,
  { merchantId, subscriptionId }: Pick<Lease, "merchantId" | "subscriptionId">,
): Promise<void> {
  await sql`
    update bincard.webhook_subscriptions set failing_since = null
    where merchant_id = ${merchantId} and id = ${subscriptionId}`;
}

/** An old signature key is of no use any more. */
export async function dropOldKey(
  sql: Sql,
  { merchantId, subscriptionId }: Pick<Lease, "merchantId" | "subscriptionId">,
  hours: number,
): Promise<void> {
  await sql`
    update bincard.webhook_subscriptions set old_signature_key = null
    where merchant_id = ${merchantId} and id = ${subscriptionId}
      and old_signature_key is not null
      and key_rotated_at < statement_timestamp() - ${hours}::int * interval '1 hour'`;
}

/** Where a subscription goes on when the feed no longer has what came next. */
export async function skipTo(
  sql: Sql,
  { merchantId, subscriptionId, lease }: Omit<Lease, "seconds">,
  position: number,
): Promise<void> {
  await sql`
    update bincard.webhook_subscriptions set position = ${position}
    where merchant_id = ${merchantId} and id = ${subscriptionId} and lease = ${lease}`;
}

/** How deliveries stand, of all merchants. */
export interface WebhookVitals {
  readonly pending: number;
  readonly dead: number;
  /** Since the oldest that is pending was made; 0 without one. */
  readonly oldestPendingSeconds: number;
  readonly failingSubscriptions: number;
}

export async function readWebhookVitals(sql: Sql): Promise<WebhookVitals> {
  const [row] = await sql<Record<"pending" | "dead" | "oldest" | "failing", string>[]>`
    select count(*) filter (where d.state = 'PENDING') as pending,
      count(*) filter (where d.state = 'DEAD') as dead,
      coalesce(extract(epoch from statement_timestamp()
        - min(d.created_at) filter (where d.state = 'PENDING')), 0) as oldest,
      (select count(*) from bincard.webhook_subscriptions s
       where s.is_enabled and s.failing_since is not null) as failing
    from bincard.webhook_deliveries d
    where d.state in ('PENDING', 'DEAD')`;
  return {
    pending: Number(row?.pending ?? 0),
    dead: Number(row?.dead ?? 0),
    oldestPendingSeconds: Number(row?.oldest ?? 0),
    failingSubscriptions: Number(row?.failing ?? 0),
  };
}
