import {
  type Finding,
  formatQuantity,
  isTracked,
  LIMITS,
  type State,
  STATES,
} from "@bincard/contracts";
import type { Fragment, Statement } from "./connect.ts";
import { scaledOf } from "./quantity.ts";
import { timeOf } from "./time.ts";
import type { Found } from "./verify.ts";

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

/** Every stored count against what the changes give, and the other way round. */
export async function countFindings(sql: Statement, merchantId: string): Promise<Found> {
  const rows = await sql<CountRow[]>`
    with ${expectedCounts(sql, merchantId)},
    stored as (select * from bincard.counts where merchant_id = ${merchantId})
    select catalog_object_id, location_id, state,
           s.quantity::text as stored_quantity, s.counted_at as stored_counted_at,
           s.last_at as stored_last_at, s.calculated_at as stored_calculated_at,
           s.position as stored_position,
           e.quantity::text as quantity, e.counted_at, e.last_at, e.calculated_at, e.position,
           sum(case when s.quantity is null or e.quantity is null then 1 else
             (s.quantity <> e.quantity)::int + (s.counted_at <> e.counted_at)::int
             + (s.last_at <> e.last_at)::int + (s.calculated_at <> e.calculated_at)::int
             + (s.position <> e.position)::int end) over () as total
    from expected e full join stored s using (catalog_object_id, location_id, state)
    where (s.quantity, s.counted_at, s.last_at, s.calculated_at, s.position)
      is distinct from (e.quantity, e.counted_at, e.last_at, e.calculated_at, e.position)
    order by catalog_object_id, location_id, state
    limit ${LIMITS.findingsPerVerify}`;
  return { total: Number(rows[0]?.total ?? 0), findings: rows.flatMap(differences) };
}

/**
 * L1 as a query, whole keys at once. A change is history only when a count that was received before it is
 * younger; the last one that is not sets the count's position and time. After the governing count, which is
 * never history itself, those are the changes that are not older than it.
 */
function expectedCounts(sql: Statement, merchantId: string): Fragment {
  const tracked = STATES.filter(isTracked);
  return sql`
    governing as (
      select distinct on (catalog_object_id, location_id, to_state)
             catalog_object_id, location_id, to_state as state, quantity, occurred_at, position,
             created_at
      from bincard.changes where merchant_id = ${merchantId} and type = 'PHYSICAL_COUNT'
      order by catalog_object_id, location_id, to_state, occurred_at desc, position desc
    ),
    sides as not materialized (
      select catalog_object_id, location_id, from_state as state, -quantity as added,
             occurred_at, position, created_at
      from bincard.changes
      where merchant_id = ${merchantId} and from_state = any(${tracked}::text[])
      union all
      select catalog_object_id, coalesce(to_location_id, location_id), to_state,
             case when type = 'PHYSICAL_COUNT' then 0 else quantity end,
             occurred_at, position, created_at
      from bincard.changes
      where merchant_id = ${merchantId} and to_state = any(${tracked}::text[])
    ),
    expected as (
      select s.catalog_object_id, s.location_id, s.state,
             coalesce(min(g.quantity), 0) + coalesce(sum(s.added) filter (
               where g.position is null
                 or (s.occurred_at, s.position) > (g.occurred_at, g.position)
             ), 0) as quantity,
             coalesce(min(g.occurred_at), '-infinity') as counted_at,
             max(s.occurred_at) as last_at,
             max(s.created_at) filter (where ${standing(sql)}) as calculated_at,
             max(s.position) filter (where ${standing(sql)}) as position
      from sides s left join governing g
        on g.catalog_object_id = s.catalog_object_id and g.location_id = s.location_id
        and g.state = s.state
      group by s.catalog_object_id, s.location_id, s.state
    )`;
}

const standing = (sql: Statement): Fragment => sql`
  g.position is null or (s.position >= g.position and s.occurred_at >= g.occurred_at)`;

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
