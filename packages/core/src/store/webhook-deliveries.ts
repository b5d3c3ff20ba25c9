import type {
  Count,
  WebhookAttempt,
  WebhookDeliveryState,
  WebhookEventType,
} from "@bincard/contracts";
import type { Sql, Statement } from "./connect.ts";
import { timeOf } from "./time.ts";

export interface StoredDelivery {
  readonly id: string;
  readonly subscriptionId: string;
  readonly eventType: WebhookEventType;
  readonly state: WebhookDeliveryState;
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly counts: readonly Count[];
  readonly createdAt: string;
  readonly attemptCount: number;
  readonly nextAttemptAt: string | undefined;
  readonly attempts: readonly WebhookAttempt[];
}

interface DeliveryRow {
  readonly id: string;
  readonly subscription_id: string;
  readonly event_type: string;
  readonly state: string;
  readonly first_position: string;
  readonly last_position: string;
  readonly counts: string;
  readonly created_at: string;
  readonly attempt_count: number;
  readonly next_attempt_at: string | null;
  readonly attempts: string;
}

const COLUMNS = `
  id, subscription_id, event_type, state, first_position, last_position, counts::text as counts,
  created_at, attempt_count, next_attempt_at, attempts::text as attempts`;

function storedDelivery(row: DeliveryRow): StoredDelivery {
  return {
    id: row.id,
    subscriptionId: row.subscription_id,
    eventType: row.event_type as WebhookEventType,
    state: row.state as WebhookDeliveryState,
    firstPosition: Number(row.first_position),
    lastPosition: Number(row.last_position),
    counts: JSON.parse(row.counts) as Count[],
    createdAt: timeOf(row.created_at),
    attemptCount: row.attempt_count,
    nextAttemptAt: row.next_attempt_at === null ? undefined : timeOf(row.next_attempt_at),
    attempts: JSON.parse(row.attempts) as WebhookAttempt[],
  };
}

export async function readDelivery(
  sql: Statement,
  merchantId: string,
  id: string,
): Promise<StoredDelivery | undefined> {
  const [row] = await sql<DeliveryRow[]>`
    select ${sql.unsafe(COLUMNS)} from bincard.webhook_deliveries
    where merchant_id = ${merchantId} and id = ${id}`;
  return row && storedDelivery(row);
}

export interface AskedDeliveries {
  readonly subscriptionId: string | undefined;
  readonly states: readonly WebhookDeliveryState[] | undefined;
  readonly after: { readonly createdAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listStoredDeliveries(
  sql: Sql,
  merchantId: string,
  { subscriptionId, states, after, limit }: AskedDeliveries,
): Promise<StoredDelivery[]> {
  const ofSubscription =
    subscriptionId === undefined ? sql`` : sql`and subscription_id = ${subscriptionId}`;
  const inStates = states === undefined ? sql`` : sql`and state = any(${[...states]}::text[])`;
  const beyond =
    after === undefined
      ? sql``
      : sql`and (created_at, id) < (${after.createdAt}::timestamptz, ${after.id})`;
  const rows = await sql<DeliveryRow[]>`
    select ${sql.unsafe(COLUMNS)} from bincard.webhook_deliveries
    where merchant_id = ${merchantId} ${ofSubscription} ${inStates} ${beyond}
    order by created_at desc, id desc limit ${limit}`;
  return rows.map(storedDelivery);
}

/** What a new delivery tells. */
export interface NewDelivery {
  readonly id: string;
  readonly part: number;
  readonly counts: readonly Count[];
}

/** Changes of one subscription that are told together, cut into deliveries. */
export interface NewDeliveries {
  readonly merchantId: string;
  readonly subscriptionId: string;
  readonly eventType: WebhookEventType;
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly deliveries: readonly NewDelivery[];
}

/**
 * Puts deliveries there and moves the subscription from the position before them to their last one, both or neither.
 * False when it was not there any more, or `lease` is no longer its own.
 */
export async function appendDeliveries(
  sql: Statement,
  made: NewDeliveries,
  lease: string,
): Promise<boolean> {
  const { merchantId, subscriptionId, eventType, firstPosition, lastPosition, deliveries } = made;
  const [row] = await sql<{ moved: string }[]>`
    with moved as (
      update bincard.webhook_subscriptions set position = ${lastPosition}
      where merchant_id = ${merchantId} and id = ${subscriptionId} and is_enabled
        and lease = ${lease} and position = ${firstPosition - 1}
      returning merchant_id, id
    ),
    made as (
      insert into bincard.webhook_deliveries
        (merchant_id, id, subscription_id, event_type, state, first_position, last_position,
         part, counts, created_at, next_attempt_at)
      select moved.merchant_id, d.id, moved.id, ${eventType}, 'PENDING', ${firstPosition},
             ${lastPosition}, d.part, d.counts::jsonb, statement_timestamp(), statement_timestamp()
      from moved
      cross join unnest(
        ${deliveries.map(({ id }) => id)}::text[],
        ${deliveries.map(({ part }) => part)}::int[],
        ${deliveries.map(({ counts }) => JSON.stringify(counts))}::text[]
      ) as d(id, part, counts)
    )
    select count(*) as moved from moved`;
  return row?.moved === "1";
}

/** Puts deliveries there beside those that the subscription makes as it moves on: a replay. */
export async function insertDeliveries(sql: Statement, made: NewDeliveries): Promise<void> {
  const { merchantId, subscriptionId, eventType, firstPosition, lastPosition, deliveries } = made;
  await sql`
    insert into bincard.webhook_deliveries
      (merchant_id, id, subscription_id, event_type, state, first_position, last_position,
       part, counts, created_at, next_attempt_at)
    select ${merchantId}, d.id, ${subscriptionId}, ${eventType}, 'PENDING', ${firstPosition},
           ${lastPosition}, d.part, d.counts::jsonb, statement_timestamp(), statement_timestamp()
    from unnest(
      ${deliveries.map(({ id }) => id)}::text[],
      ${deliveries.map(({ part }) => part)}::int[],
      ${deliveries.map(({ counts }) => JSON.stringify(counts))}::text[]
    ) as d(id, part, counts)`;
}

interface Span {
  readonly merchantId: string;
  readonly subscriptionId: string;
  readonly afterPosition: number;
  readonly throughPosition: number;
}

/** What was not delivered of these positions is told by a replay. */
export async function replaceUndelivered(
  sql: Statement,
  { merchantId, subscriptionId, afterPosition, throughPosition }: Span,
): Promise<void> {
  await sql`
    update bincard.webhook_deliveries set state = 'REPLACED', next_attempt_at = null
    where merchant_id = ${merchantId} and subscription_id = ${subscriptionId}
      and state in ('PENDING', 'DEAD')
      and first_position > ${afterPosition} and last_position <= ${throughPosition}`;
}

/** Sends one again from the beginning, now. False when there is none of that subscription. */
export async function requeueDelivery(
  sql: Statement,
  { merchantId, subscriptionId, id }: Record<"merchantId" | "subscriptionId" | "id", string>,
): Promise<boolean> {
  const rows = await sql<{ id: string }[]>`
    update bincard.webhook_deliveries
    set state = 'PENDING', attempt_count = 0, is_retry = false,
        next_attempt_at = statement_timestamp()
    where merchant_id = ${merchantId} and subscription_id = ${subscriptionId} and id = ${id}
    returning id`;
  return rows.length > 0;
}

export interface AskedDue {
  readonly merchantId: string;
  readonly subscriptionId: string;
  readonly kind: "first" | "retry";
  readonly limit: number;
}

/** First attempts in the order of the feed; retries by when they are due. */
export async function readDue(
  sql: Sql,
  { merchantId, subscriptionId, kind, limit }: AskedDue,
): Promise<StoredDelivery[]> {
  const rows = await sql<DeliveryRow[]>`
    select ${sql.unsafe(COLUMNS)} from bincard.webhook_deliveries
    where merchant_id = ${merchantId} and subscription_id = ${subscriptionId}
      and state = 'PENDING' and is_retry = ${kind === "retry"}
      and next_attempt_at <= statement_timestamp()
    order by next_attempt_at, first_position, part
    limit ${limit}`;
  return rows.map(storedDelivery);
}

/** What an attempt came to. */
export interface Settled {
  readonly merchantId: string;
  readonly id: string;
  /** Attempts before it: who else has counted one meanwhile makes this one void. */
  readonly attemptsBefore: number;
  readonly attempt: WebhookAttempt;
  readonly state: WebhookDeliveryState;
  /** While PENDING. */
  readonly nextInMilliseconds: number | undefined;
}

export async function settleAttempt(sql: Sql, settled: Settled): Promise<void> {
  const { merchantId, id, attemptsBefore, attempt, state, nextInMilliseconds } = settled;
  await sql`
    update bincard.webhook_deliveries
    set state = ${state}, attempt_count = attempt_count + 1, is_retry = true,
        attempts = attempts || ${JSON.stringify([attempt])}::text::jsonb,
        next_attempt_at = statement_timestamp()
          + ${nextInMilliseconds ?? null}::float8 * interval '1 millisecond'
    where merchant_id = ${merchantId} and id = ${id} and state = 'PENDING'
      and attempt_count = ${attemptsBefore}`;
}

/** Asked at the gate, of all merchants: who has deliveries that were kept long enough. */
export async function merchantsWithOldDeliveries(sql: Sql, days: number): Promise<string[]> {
  const rows = await sql<{ merchant_id: string }[]>`
    select distinct s.merchant_id from bincard.webhook_subscriptions s
    where exists (
      select from bincard.webhook_deliveries d
      where d.merchant_id = s.merchant_id and d.state <> 'PENDING'
        and d.created_at < statement_timestamp() - ${days}::int * interval '1 day')`;
  return rows.map((row) => row.merchant_id);
}

/** What was settled longer ago than it is kept, the oldest first. How many there were, up to the limit. */
export async function deleteOldDeliveries(
  sql: Sql,
  { merchantId, days, limit }: { merchantId: string; days: number; limit: number },
): Promise<number> {
  const { count } = await sql`
    delete from bincard.webhook_deliveries
    where merchant_id = ${merchantId} and id = any(array(
      select id from bincard.webhook_deliveries
      where merchant_id = ${merchantId} and state <> 'PENDING'
        and created_at < statement_timestamp() - ${days}::int * interval '1 day'
      order by created_at, id limit ${limit}))`;
  return count;
}
