import {
  type Change,
  type ChangeType,
  type Operations,
  type Parsed,
  type State,
} from "@bincard/contracts";
import { changeOf } from "../rules/recorded.ts";
import { byKey, type Keys } from "./changes-of-keys.ts";
import type { Fragment, Sql, Statement } from "./connect.ts";
import { quantityTextOf } from "./quantity.ts";
import { timeOf } from "./time.ts";

interface ChangeRow {
  readonly position: string;
  readonly type: ChangeType;
  readonly catalog_object_id: string;
  readonly location_id: string;
  readonly to_location_id: string | null;
  readonly from_state: State | null;
  readonly to_state: State;
  readonly quantity: string;
  readonly occurred_at: string;
  readonly created_at: string;
  readonly application_id: string;
  readonly application_name: string | null;
  readonly reference_id: string | null;
  readonly employee_id: string | null;
  readonly team_member_id: string | null;
}

function toChange(merchantId: string, row: ChangeRow): Change {
  return changeOf(
    {
      type: row.type,
      catalogObjectId: row.catalog_object_id,
      locationId: row.location_id,
      toLocationId: row.to_location_id ?? undefined,
      fromState: row.from_state ?? undefined,
      toState: row.to_state,
      quantityText: quantityTextOf(row.quantity),
      occurredAtText: timeOf(row.occurred_at),
      referenceId: row.reference_id ?? undefined,
      employeeId: row.employee_id ?? undefined,
      teamMemberId: row.team_member_id ?? undefined,
    },
    {
      merchantId,
      position: Number(row.position),
      createdAt: timeOf(row.created_at),
      source: { id: row.application_id, name: row.application_name ?? row.application_id },
    },
  );
}

interface Selected {
  readonly changes: Change[];
  /** The merchant's last position when they were read. */
  readonly head: number;
}

/** `matching` narrows `c`; the page is cut before the join, so that its cost stays that of a page. */
async function select(
  sql: Statement,
  merchantId: string,
  { matching, order }: { readonly matching: Fragment; readonly order: Fragment },
): Promise<Selected> {
  const rows = await sql<(ChangeRow & { readonly head: string })[]>`
    select (select position from bincard.merchants where id = ${merchantId}) as head,
           c.position, c.type, c.catalog_object_id, c.location_id, c.to_location_id, c.from_state,
           c.to_state, c.quantity::text as quantity, c.occurred_at, c.created_at, c.application_id,
           a.name as application_name, c.reference_id, c.employee_id, c.team_member_id
    from (${matching}) c
    left join bincard.applications a
      on a.merchant_id = ${merchantId} and a.id = c.application_id
    order by ${order}`;
  const changes = rows.map((row) => toChange(merchantId, row));
  return { changes, head: Number(rows[0]?.head ?? 0) };
}

/** The changes of one batch: positions are handed out without gaps, in the request's order. */
export async function readChanges(
  sql: Statement,
  merchantId: string,
  { first, last }: { readonly first: number; readonly last: number },
): Promise<Change[]> {
  const matching = sql`
    select * from bincard.changes
    where merchant_id = ${merchantId} and position between ${first}::bigint and ${last}::bigint`;
  const { changes } = await select(sql, merchantId, { matching, order: sql`c.position` });
  return changes;
}

export type Filters = Omit<Parsed<Operations["changes"]["list"]>, "cursor" | "limit" | "order">;

/** The sort key that a page starts after, and the last position that its listing covers. */
export interface After {
  readonly occurredAt: string;
  readonly position: number;
  readonly upTo: number;
}

export interface ChangesAsked {
  readonly filters: Filters;
  readonly order: "ASC" | "DESC";
  readonly after: After | undefined;
  readonly limit: number;
}

/**
 * A listing covers what there was when its first page was read. It goes by when things happened, so of what is
 * received meanwhile some would be shown and some not; whoever asks again for what came since gets all of it.
 */
export async function listStoredChanges(
  sql: Sql,
  merchantId: string,
  { filters, order, after, limit }: ChangesAsked,
): Promise<Selected> {
  const reach = await reachOf(sql, merchantId, filters);
  const upTo = Math.min(after?.upTo ?? Infinity, reach?.upTo ?? Infinity);
  const within = { above: reach?.above ?? 0, upTo };
  const inOrder =
    order === "ASC" ? sql`occurred_at, position` : sql`occurred_at desc, position desc`;
  const isSorted = reach !== undefined && isFew(within, reach.head) && !filters.catalogObjectIds;
  const keys = keysOf(filters, limit);
  const wanted = conditionsOf(sql, filters);
  if (after !== undefined) wanted.push(sql`and ${comesAfter(sql, after, order)}`);
  const all = isSorted
    ? byPosition(sql, merchantId, within)
    : keys === undefined
      ? byPlace(sql, merchantId, within)
      : byKey(sql, merchantId, {
          ...keys,
          wanted: sql`and ${isWithin(sql, within)} ${wanted}`,
          order: inOrder,
          limit,
        });
  const matching = sql`
    select * from ${all} c
    where true ${wanted}
    order by ${inOrder}
    limit ${limit}`;
  const outer =
    order === "ASC" ? sql`c.occurred_at, c.position` : sql`c.occurred_at desc, c.position desc`;
  const { changes, head } = await select(sql, merchantId, { matching, order: outer });
  return { changes, head: reach?.head ?? head };
}

/** Positions after one, and up to another that may be Infinity. */
interface Positions {
  readonly above: number;
  readonly upTo: number;
}

/** So many are read and put in order at every page. */
const FEW = 20_000;

/** Whether it costs less to read all of these positions and sort them than to look for them among all others. */
const isFew = ({ above, upTo }: Positions, head: number): boolean =>
  Math.min(upTo, head) - above <= Math.max(FEW, head / 10);

/** Read as a range, whatever the order asked for: the planner takes those that match for evenly spread over it. */
function byPosition(sql: Sql, merchantId: string, { above, upTo }: Positions): Fragment {
  return sql`(
    select * from bincard.changes
    where merchant_id = ${merchantId} and position > ${above}::bigint
      and position <= ${textOf(upTo)}::bigint
    offset 0
  )`;
}

/** Looked for in the order asked for. */
function byPlace(sql: Sql, merchantId: string, within: Positions): Fragment {
  return sql`(
    select * from bincard.changes
    where merchant_id = ${merchantId} and ${isWithin(sql, within)}
  )`;
}

/** Nearly all are within the positions, whose index would not help: said so that the planner does not think of it. */
function isWithin(sql: Sql, { above, upTo }: Positions): Fragment {
  return sql`
    coalesce(position > ${above}::bigint and position <= ${textOf(upTo)}::bigint, false)`;
}

function comesAfter(sql: Sql, { occurredAt, position }: After, order: "ASC" | "DESC"): Fragment {
  const place = sql`(${occurredAt}::text::timestamptz, ${position}::bigint)`;
  return order === "ASC"
    ? sql`(occurred_at, position) > ${place}`
    : sql`(occurred_at, position) < ${place}`;
}

/** The keys that are asked for, when they are few enough to be read one by one. */
function keysOf({ catalogObjectIds, locationIds }: Filters, limit: number): Keys | undefined {
  if (catalogObjectIds === undefined || locationIds === undefined) return undefined;
  const isMany = catalogObjectIds.length * locationIds.length * limit > FEW;
  return isMany ? undefined : { catalogObjectIds, locationIds };
}

const textOf = (upTo: number): string => String(Math.min(upTo, Number.MAX_SAFE_INTEGER));

interface Reach extends Positions {
  readonly head: number;
}

/** What `updatedAfter` and `updatedBefore` come to. Undefined when neither is asked for. */
async function reachOf(
  sql: Sql,
  merchantId: string,
  { updatedAfter, updatedBefore }: Filters,
): Promise<Reach | undefined> {
  if (updatedAfter === undefined && updatedBefore === undefined) return undefined;
  const above =
    updatedAfter === undefined ? sql`0` : positionAt(sql, merchantId, sql`${updatedAfter}`);
  const upTo =
    updatedBefore === undefined
      ? sql`position`
      : positionAt(sql, merchantId, sql`${updatedBefore}`, "before");
  const [row] = await sql<{ above: string; up_to: string; head: string }[]>`
    select ${above} as above, ${upTo} as up_to, position as head
    from bincard.merchants where id = ${merchantId}`;
  const { above: low = 0, up_to: high = 0, head = 0 } = row ?? {};
  return { above: Number(low), upTo: Number(high), head: Number(head) };
}

function conditionsOf(sql: Sql, filters: Filters): Fragment[] {
  const { catalogObjectIds, locationIds, types, states } = filters;
  // Never empty: the driver takes an empty list of fragments for a parameter.
  const conditions: Fragment[] = [sql``];
  if (catalogObjectIds !== undefined)
    conditions.push(sql`and catalog_object_id = any(${catalogObjectIds}::text[])`);
  if (locationIds !== undefined)
    conditions.push(sql`
      and (location_id = any(${locationIds}::text[]) or to_location_id = any(${locationIds}::text[]))`);
  if (types !== undefined) conditions.push(sql`and type = any(${types}::text[])`);
  if (states !== undefined)
    conditions.push(sql`
      and (type = 'PHYSICAL_COUNT' or from_state = any(${states}::text[])
        or to_state = any(${states}::text[]))`);
  return conditions;
}

/**
 * The last position received up to (or strictly before) a time. Receipt times follow positions (L9), so
 * a time is a position, found by halving: no index on the receipt time is needed.
 */
export function positionAt(
  sql: Sql,
  merchantId: string,
  time: Fragment,
  strictly?: "before",
): Fragment {
  const at =
    strictly === "before"
      ? sql`(${time}::text::timestamptz - interval '1 microsecond')`
      : sql`${time}::text::timestamptz`;
  return sql`(
    with recursive halves(low, high) as (
      select 0::bigint, m.position from bincard.merchants m where m.id = ${merchantId}
      union all
      select case when probe.received then probe.middle else probe.low end,
             case when probe.received then probe.high else probe.middle - 1 end
      from (
        select h.low, h.high, (h.low + h.high + 1) / 2 as middle,
               coalesce((
                 select p.created_at from bincard.changes p
                 where p.merchant_id = ${merchantId} and p.position = (h.low + h.high + 1) / 2
               ), '-infinity') <= ${at} as received
        from halves h
        where h.low < h.high
      ) probe
    )
    select low from halves where low = high
  )`;
}

/** The last position received up to a time. */
export async function readPositionAt(sql: Sql, merchantId: string, time: string): Promise<number> {
  const rows = await sql<{ position: string | null }[]>`
    select ${positionAt(sql, merchantId, sql`${time}`)} as position`;
  return Number(rows[0]?.position ?? 0);
}
