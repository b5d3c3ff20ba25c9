import { COUNTABLE_STATES, type Finding, LIMITS, TRANSITIONS } from "@bincard/contracts";
import type { Fragment, Statement } from "./connect.ts";
import type { Found } from "./verify.ts";

/** The log by itself and against the keys under which it was written. */
export async function logFindings(sql: Statement, merchantId: string): Promise<Found[]> {
  const { inOrder, keys } = await batchFindings(sql, merchantId);
  return [
    // The log is walked one by one only when its batches as wholes say that something is wrong.
    inOrder ? { total: 0, findings: [] } : await sequenceFindings(sql, merchantId),
    await malformedFindings(sql, merchantId),
    keys,
  ];
}

/**
 * Batches, which are what was received at one time: they follow each other without gaps up to the merchant's
 * position, and each is what one idempotency key says (L6).
 */
function batches(merchantId: string, sql: Statement): Fragment {
  return sql`
    batches as materialized (
      select created_at, min(position) as first, max(position) as last, count(*) as size
      from bincard.changes where merchant_id = ${merchantId}
      group by created_at
    ),
    claims as materialized (
      select key, received_at, position - change_count + 1 as first, position as last, change_count
      from bincard.idempotency_keys
      where merchant_id = ${merchantId} and operation = 'changes.create' and change_count > 0
    )`;
}

interface BatchRow {
  readonly in_order: boolean;
  readonly total: string;
  readonly key: string | null;
  readonly first: string | null;
  readonly last: string | null;
}

async function batchFindings(
  sql: Statement,
  merchantId: string,
): Promise<{ inOrder: boolean; keys: Found }> {
  const rows = await sql<BatchRow[]>`
    with ${batches(merchantId, sql)},
    ordered as (
      select first, last, size, lag(last, 1, 0::bigint) over (order by created_at) as previous
      from batches
    ),
    order_of_all as (
      select not exists (select from ordered where first <> previous + 1 or last - first + 1 <> size)
             and coalesce((select max(last) from batches), 0) = m.position as in_order
      from bincard.merchants m where m.id = ${merchantId}
    ),
    unmatched as (
      select null as key, b.first, b.last
      from batches b
      where not exists (
        select from claims k
        where k.received_at = b.created_at and k.last = b.last and k.change_count = b.size)
      union all
      select k.key, k.first, k.last
      from claims k
      where not exists (
        select from batches b
        where b.created_at = k.received_at and b.last = k.last and b.size = k.change_count)
    ),
    shown as (
      select *, count(*) over () as total from unmatched
      order by first, key limit ${LIMITS.findingsPerVerify}
    )
    select in_order, coalesce(total, 0) as total, key, first, last
    from order_of_all left join shown on true`;
  return {
    inOrder: rows[0]?.in_order ?? true,
    keys: {
      total: Number(rows[0]?.total ?? 0),
      findings: rows.flatMap(({ key, first, last }): Finding[] => {
        if (first === null || last === null) return [];
        const where = { position: Number(first), last: Number(last) };
        return key === null
          ? [{ kind: "KEY_MISSING", ...where }]
          : [{ kind: "KEY_UNEXPLAINED", ...where, idempotencyKey: key }];
      }),
    },
  };
}

type SequenceRow = {
  readonly kind: "CHANGE_MISSING" | "CHANGE_UNEXPLAINED" | "RECEIPT_OUT_OF_ORDER";
  readonly position: string;
  readonly total: string;
};

/** Positions run 1, 2, 3 … up to the merchant's, and receipt times follow them. */
async function sequenceFindings(sql: Statement, merchantId: string): Promise<Found> {
  const rows = await sql<SequenceRow[]>`
    with merchant as (select position from bincard.merchants where id = ${merchantId}),
    ordered as (
      select position, created_at,
             lag(position, 1, 0::bigint) over by_position as previous,
             lag(created_at) over by_position as previously
      from bincard.changes
      where merchant_id = ${merchantId}
      window by_position as (order by position)
    ),
    gaps as (
      select previous + 1 as low, position - 1 as high from ordered where position > previous + 1
      union all
      select coalesce((select max(position) from ordered), 0) + 1, position from merchant
    ),
    found as (
      select 'CHANGE_MISSING' as kind, missing as position
      from gaps, generate_series(gaps.low, gaps.high) missing
      union all
      select 'CHANGE_UNEXPLAINED', o.position from ordered o, merchant m where o.position > m.position
      union all
      select 'RECEIPT_OUT_OF_ORDER', position from ordered where created_at < previously
    )
    select kind, position, count(*) over () as total from found
    order by position, kind
    limit ${LIMITS.findingsPerVerify}`;
  return {
    total: Number(rows[0]?.total ?? 0),
    findings: rows.map(({ kind, position }) => ({ kind, position: Number(position) })),
  };
}

/** The kinds of changes that there are, by all that the rules ask of them: few, so that each change is looked at once. */
async function areKindsSound(sql: Statement, merchantId: string): Promise<boolean> {
  const kinds = await sql<
    { type: string; from_state: string | null; to_state: string; moves: boolean; scale: number }[]
  >`
    select type, from_state, to_state, to_location_id is not null as moves,
           max(case when scale(quantity) > ${LIMITS.quantityPlaces} then scale(trim_scale(quantity))
               else 0 end) as scale
    from bincard.changes where merchant_id = ${merchantId}
    group by 1, 2, 3, 4`;
  return kinds.every(({ type, from_state, to_state, moves, scale }) => {
    if (scale > LIMITS.quantityPlaces) return false;
    if (type === "PHYSICAL_COUNT") return COUNTABLE_STATES.some((state) => state === to_state);
    return TRANSITIONS.some(
      ({ from, to, locations }) =>
        from === from_state && to === to_state && (locations === "two") === moves,
    );
  });
}

/** Changes that the rules would have refused. They are looked for one by one only when there are some. */
async function malformedFindings(sql: Statement, merchantId: string): Promise<Found> {
  if (await areKindsSound(sql, merchantId)) return { total: 0, findings: [] };
  const rows = await sql<{ position: string; reason: string; total: string }[]>`
    with judged as (
      select c.position,
        case
          when c.type = 'PHYSICAL_COUNT' and c.to_state <> all(${[...COUNTABLE_STATES]}::text[])
            then 'no such state can be counted'
          when c.type <> 'PHYSICAL_COUNT' and not exists (
              select from unnest(
                ${TRANSITIONS.map(({ from }) => from)}::text[],
                ${TRANSITIONS.map(({ to }) => to)}::text[],
                ${TRANSITIONS.map(({ locations }) => (locations === "two" ? 1 : 0))}::int[]
              ) as t(from_state, to_state, two)
              where t.from_state = c.from_state and t.to_state = c.to_state
                and (t.two = 1) = (c.to_location_id is not null))
            then 'the transition is not permitted'
          when scale(trim_scale(c.quantity)) > ${LIMITS.quantityPlaces}
            then 'the quantity has too many places'
        end as reason
      from bincard.changes c
      where c.merchant_id = ${merchantId}
    )
    select position, reason, count(*) over () as total from judged
    where reason is not null
    order by position
    limit ${LIMITS.findingsPerVerify}`;
  return {
    total: Number(rows[0]?.total ?? 0),
    findings: rows.map(({ position, reason }) => ({
      kind: "CHANGE_MALFORMED",
      position: Number(position),
      reason,
    })),
  };
}
