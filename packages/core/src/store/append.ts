import { formatQuantity, type Micros } from "@bincard/contracts";
import type { JudgedGroup, Placed, Verdict } from "../rules/group.ts";
import type { Statement } from "./connect.ts";
import { instantOf, microsOf } from "./time.ts";

/** What a lane believes of its merchant; the fence holds only while it is true. */
export interface Fence {
  readonly merchantId: string;
  readonly position: number;
  readonly catalogVersion: number;
}

/** Who asked, under which key, with which body. */
export interface KeyedRequest {
  readonly key: string;
  readonly fingerprint: string;
  readonly tokenId: string;
  readonly applicationId: string;
}

export interface Group {
  readonly fence: Fence;
  readonly requests: readonly KeyedRequest[];
  readonly judged: JudgedGroup;
}

/**
 * Writes a judged group in one statement, or nothing: the fence is one row, taken first, and everything
 * else joins to it. Answers the receipt time of the group's first request (each next one is received a
 * microsecond later, so receipt times follow positions and no two batches share one, L9), or `undefined`
 * when another server wrote this merchant since. Throws the unique violation of an idempotency key.
 */
export async function append(sql: Statement, group: Group): Promise<Micros | undefined> {
  const { fence, judged } = group;
  const extraMicros = group.requests.length - 1;
  const [written] = await sql<{ received_at: string }[]>`
    with fence as (
      update bincard.merchants
      set position = ${judged.position}::bigint,
          received_at = greatest(clock_timestamp(), received_at + interval '1 microsecond')
            + ${extraMicros}::int * interval '1 microsecond'
      where id = ${fence.merchantId}
        and position = ${fence.position}::bigint
        and catalog_version = ${fence.catalogVersion}::bigint
      returning id as merchant_id,
                received_at - ${extraMicros}::int * interval '1 microsecond' as received_at
    ),
    ${keys(sql, group)},
    ${log(sql, group)},
    ${counts(sql, group)}
    select received_at from fence`;
  return written === undefined ? undefined : microsOf(written.received_at);
}

const failuresOf = (verdict: Verdict): string | null =>
  verdict.kind === "refused" ? JSON.stringify({ failures: verdict.failures }) : null;

function keys(sql: Statement, { requests, judged: { verdicts } }: Group) {
  return sql`
    keys as (
      insert into bincard.idempotency_keys
        (merchant_id, key, operation, fingerprint, position, change_count, answer, token_id, received_at)
      select fence.merchant_id, k.key, 'changes.create', decode(k.fingerprint, 'hex'), k.position,
             k.change_count, k.answer::jsonb, k.token_id,
             fence.received_at + (k.ordinal - 1) * interval '1 microsecond'
      from fence, unnest(
        ${requests.map((request) => request.key)}::text[],
        ${requests.map((request) => request.fingerprint)}::text[],
        ${verdicts.map((verdict) => verdict.position)}::bigint[],
        ${verdicts.map((verdict) => (verdict.kind === "accepted" ? verdict.recorded.length : 0))}::int[],
        ${verdicts.map(failuresOf)}::text[],
        ${requests.map((request) => request.tokenId)}::text[]
      ) with ordinality as k(key, fingerprint, position, change_count, answer, token_id, ordinal)
    )`;
}

interface Logged {
  readonly placed: Placed;
  readonly request: number;
}

function log(sql: Statement, { requests, judged: { verdicts } }: Group) {
  const logged = verdicts.flatMap((verdict, request): Logged[] =>
    verdict.kind === "accepted" ? verdict.recorded.map((placed) => ({ placed, request })) : [],
  );
  const column = <Value>(read: (placed: Placed) => Value): Value[] =>
    logged.map(({ placed }) => read(placed));
  return sql`
    log as (
      insert into bincard.changes
        (merchant_id, position, type, catalog_object_id, location_id, to_location_id, from_state,
         to_state, quantity, occurred_at, created_at, application_id, reference_id, employee_id,
         team_member_id)
      select fence.merchant_id, c.position, c.type, c.catalog_object_id, c.location_id,
             c.to_location_id, c.from_state, c.to_state, c.quantity::numeric,
             c.occurred_at::timestamptz, fence.received_at + c.request * interval '1 microsecond',
             c.application_id, c.reference_id, c.employee_id, c.team_member_id
      from fence, unnest(
        ${column((placed) => placed.position)}::bigint[],
        ${column((placed) => placed.type)}::text[],
        ${column((placed) => placed.catalogObjectId)}::text[],
        ${column((placed) => placed.locationId)}::text[],
        ${column((placed) => placed.toLocationId ?? null)}::text[],
        ${column((placed) => placed.fromState ?? null)}::text[],
        ${column((placed) => placed.toState)}::text[],
        ${column((placed) => formatQuantity(placed.quantity))}::text[],
        ${column((placed) => placed.occurredAtText)}::text[],
        ${logged.map(({ request }) => request)}::int[],
        ${logged.map(({ request }) => requests[request]?.applicationId ?? null)}::text[],
        ${column((placed) => placed.referenceId ?? null)}::text[],
        ${column((placed) => placed.employeeId ?? null)}::text[],
        ${column((placed) => placed.teamMemberId ?? null)}::text[]
      ) as c(position, type, catalog_object_id, location_id, to_location_id, from_state, to_state,
             quantity, occurred_at, request, application_id, reference_id, employee_id,
             team_member_id)
    )`;
}

/**
 * Counts are written as absolute values: they are exact at the position the fence proves. The conflict
 * goes to the primary key by name, which a join would leave to the planner's idea of the table.
 */
function counts(sql: Statement, { judged: { touched } }: Group) {
  const left = [...touched.values()];
  return sql`
    standing as (
      insert into bincard.counts
        (merchant_id, catalog_object_id, location_id, state, quantity, counted_at, last_at,
         calculated_at, position)
      select fence.merchant_id, c.catalog_object_id, c.location_id, c.state, c.quantity::numeric,
             c.counted_at::timestamptz, c.last_at::timestamptz,
             fence.received_at + c.request * interval '1 microsecond', c.position
      from fence, unnest(
        ${left.map(({ key }) => key.catalogObjectId)}::text[],
        ${left.map(({ key }) => key.locationId)}::text[],
        ${left.map(({ key }) => key.state)}::text[],
        ${left.map(({ tally }) => formatQuantity(tally.quantity))}::text[],
        ${left.map(({ tally }) => instantOf(tally.countedAt))}::text[],
        ${left.map(({ tally }) => instantOf(tally.lastAt))}::text[],
        ${left.map(({ receivedWith }) => receivedWith)}::int[],
        ${left.map(({ tally }) => tally.position)}::bigint[]
      ) as c(catalog_object_id, location_id, state, quantity, counted_at, last_at, request, position)
      on conflict (merchant_id, catalog_object_id, location_id, state) do update
      set quantity = excluded.quantity, counted_at = excluded.counted_at,
          last_at = excluded.last_at, calculated_at = excluded.calculated_at,
          position = excluded.position
    )`;
}
