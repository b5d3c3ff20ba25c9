import {
  COUNTABLE_STATES,
  type Finding,
  formatQuantity,
  isTracked,
  LIMITS,
  type State,
  STATES,
  TRANSITIONS,
} from "@bincard/contracts";
import type { Fragment, Sql, Statement } from "./connect.ts";
import { scaledOf } from "./quantity.ts";
import { timeOf } from "./time.ts";

/**
 * Recomputes what is stored from the changes alone (L8), in SQL and by another way than the writer's:
 * whole keys at once from the definition of a count, not change by change.
 */

export interface Verified {
  readonly position: number;
  readonly changes: number;
  readonly counts: number;
  readonly findingCount: number;
  readonly findings: Finding[];
}

/** One snapshot for all of it, while writes go on. */
export async function verifyStored(sql: Sql, merchantId: string): Promise<Verified> {
  return sql.begin("isolation level repeatable read read only", async (snapshot) => {
    await snapshot`set local statement_timeout = 0`;
    const [totals] = await snapshot<{ position: string; changes: string; counts: string }[]>`
      select m.position,
             (select count(*) from bincard.changes where merchant_id = m.id) as changes,
             (select count(*) from bincard.counts where merchant_id = m.id) as counts
      from bincard.merchants m where m.id = ${merchantId}`;
    const sequence = await sequenceFindings(snapshot, merchantId);
    const malformed = await malformedFindings(snapshot, merchantId);
    const differing = await countFindings(snapshot, merchantId);
    const found = [sequence, malformed, differing];
    return {
      position: Number(totals?.position ?? 0),
      changes: Number(totals?.changes ?? 0),
      counts: Number(totals?.counts ?? 0),
      findingCount: found.reduce((sum, { total }) => sum + total, 0),
      findings: found.flatMap(({ findings }) => findings).slice(0, LIMITS.findingsPerVerify),
    };
  });
}

interface Found {
  readonly total: number;
  readonly findings: Finding[];
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

/** Changes that the rules would have refused. */
async function malformedFindings(sql: Statement, merchantId: string): Promise<Found> {
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

interface CountRow {
  readonly catalog_object_id: string;
  readonly location_id: string;
  readonly state: State;
  readonly stored_quantity: string | null;
  readonly stored_counted_at: string | null;
  readonly stored_last_at: string | null;
  readonly stored_calculated_at: string | null;
  readonly stored_position: string | null;
  readonly quantity: string | null;
  readonly counted_at: string | null;
  readonly last_at: string | null;
  readonly calculated_at: string | null;
  readonly position: string | null;
  readonly total: string;
}

async function countFindings(sql: Statement, merchantId: string): Promise<Found> {
  const rows = await sql<CountRow[]>`
    with ${expectedCounts(sql, merchantId)},
    stored as (select * from bincard.counts where merchant_id = ${merchantId})
    select catalog_object_id, location_id, state,
           s.quantity::text as stored_quantity, s.counted_at as stored_counted_at,
           s.last_at as stored_last_at, s.calculated_at as stored_calculated_at,
           s.position as stored_position,
           e.quantity::text as quantity, e.counted_at, e.last_at, e.calculated_at, e.position,
           count(*) over () as total
    from expected e full join stored s using (catalog_object_id, location_id, state)
    where (s.quantity, s.counted_at, s.last_at, s.calculated_at, s.position)
      is distinct from (e.quantity, e.counted_at, e.last_at, e.calculated_at, e.position)
    order by catalog_object_id, location_id, state
    limit ${LIMITS.findingsPerVerify}`;
  return { total: Number(rows[0]?.total ?? 0), findings: rows.flatMap(differences) };
}

/**
 * L1 as a query. A change is history only when an earlier received physical count is younger than it;
 * the others set the count's position and time.
 */
function expectedCounts(sql: Statement, merchantId: string): Fragment {
  const untracked = STATES.filter((state) => !isTracked(state));
  return sql`
    sides as (
      select catalog_object_id, location_id, to_state as state, quantity, true as is_count,
             occurred_at, position, created_at
      from bincard.changes where merchant_id = ${merchantId} and type = 'PHYSICAL_COUNT'
      union all
      select catalog_object_id, location_id, from_state, -quantity, false,
             occurred_at, position, created_at
      from bincard.changes where merchant_id = ${merchantId} and type <> 'PHYSICAL_COUNT'
      union all
      select catalog_object_id, coalesce(to_location_id, location_id), to_state, quantity, false,
             occurred_at, position, created_at
      from bincard.changes where merchant_id = ${merchantId} and type <> 'PHYSICAL_COUNT'
    ),
    tracked as (
      select sides.*,
             coalesce(max(occurred_at) filter (where is_count) over (
               partition by catalog_object_id, location_id, state
               order by position rows between unbounded preceding and 1 preceding
             ), '-infinity') as counted_before
      from sides where state <> all(${untracked}::text[])
    ),
    governing as (
      select distinct on (catalog_object_id, location_id, state)
             catalog_object_id, location_id, state, quantity, occurred_at, position
      from tracked where is_count
      order by catalog_object_id, location_id, state, occurred_at desc, position desc
    ),
    expected as (
      select t.catalog_object_id, t.location_id, t.state,
             coalesce(min(g.quantity), 0) + coalesce(sum(t.quantity) filter (
               where not t.is_count and (
                 g.position is null
                 or (t.occurred_at, t.position) > (g.occurred_at, g.position))
             ), 0) as quantity,
             coalesce(min(g.occurred_at), '-infinity') as counted_at,
             max(t.occurred_at) as last_at,
             max(t.created_at) filter (where t.occurred_at >= t.counted_before) as calculated_at,
             max(t.position) filter (where t.occurred_at >= t.counted_before) as position
      from tracked t left join governing g using (catalog_object_id, location_id, state)
      group by t.catalog_object_id, t.location_id, t.state
    )`;
}

const shown = (printed: string): string => (printed === "-infinity" ? "never" : timeOf(printed));
const shownQuantity = (printed: string): string => {
  try {
    return formatQuantity(scaledOf(printed));
  } catch {
    return printed;
  }
};
const asIs = (printed: string): string => printed;

function differences(row: CountRow): Finding[] {
  const { catalog_object_id: catalogObjectId, location_id: locationId, state } = row;
  const key = { catalogObjectId, locationId, state };
  if (row.stored_quantity === null)
    return [{ kind: "COUNT_MISSING", ...key, expected: shownQuantity(row.quantity ?? "0") }];
  if (row.quantity === null)
    return [{ kind: "COUNT_UNEXPLAINED", ...key, stored: shownQuantity(row.stored_quantity) }];
  const columns = [
    ["quantity", row.stored_quantity, row.quantity, shownQuantity],
    ["countedAt", row.stored_counted_at, row.counted_at, shown],
    ["lastAt", row.stored_last_at, row.last_at, shown],
    ["calculatedAt", row.stored_calculated_at, row.calculated_at, shown],
    ["position", row.stored_position, row.position, asIs],
  ] as const;
  return columns.flatMap(([field, stored, expected, show]): Finding[] => {
    const [left, right] = [show(stored ?? ""), show(expected ?? "")];
    if (left === right) return [];
    return [{ kind: "COUNT_DIFFERS", ...key, field, stored: left, expected: right }];
  });
}
