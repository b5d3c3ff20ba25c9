import { COUNTABLE_STATES, isTracked, LIMITS, type State, TRANSITIONS } from "@bincard/contracts";
import { POSITIONS_PER_BAND } from "./band.ts";
import type { Fragment, Statement } from "./connect.ts";

/**
 * Whether the log and the counts are as they should be, in one pass over the log and without naming anything: most
 * ledgers are sound, and to know that costs a good deal less than to say what is wrong where. It may have doubts
 * about a sound ledger, which the statements that name differences then settle; it never passes an unsound one.
 */

export interface Overview {
  /** Undefined when there is no such merchant. */
  readonly position: number | undefined;
  readonly changes: number;
  readonly counts: number;
  /** Changes, the keys they came under, the applications they name, counts: nothing of these can differ. */
  readonly isSound: boolean;
}

export async function overviewOf(sql: Statement, merchantId: string): Promise<Overview> {
  const [stored] = await sql<{ position: string | null; changes: string; counts: string }[]>`
    select (select position from bincard.merchants where id = ${merchantId}) as position,
           (select count(*) from bincard.changes where merchant_id = ${merchantId}) as changes,
           (select count(*) from bincard.counts where merchant_id = ${merchantId}) as counts`;
  const { position, changes, counts } = stored ?? { position: null, changes: "0", counts: "0" };
  const isSound =
    position !== null &&
    position === changes &&
    (await isTiled(sql, merchantId, position)) &&
    (await isExplained(sql, merchantId, counts));
  return {
    position: position === null ? undefined : Number(position),
    changes: Number(changes),
    counts: Number(counts),
    isSound,
  };
}

/** What each idempotency key says that it recorded (L6). */
const claims = (sql: Statement, merchantId: string): Fragment => sql`
  claims as not materialized (
    select received_at, position - change_count + 1 as first, position as last
    from bincard.idempotency_keys
    where merchant_id = ${merchantId} and operation = 'changes.create' and change_count > 0
  )`;

/** In the order of their receipt the keys follow each other from 1 up to the merchant's position (L9). */
async function isTiled(sql: Statement, merchantId: string, position: string): Promise<boolean> {
  const [row] = await sql<{ is_tiled: boolean }[]>`
    with ${claims(sql, merchantId)},
    ordered as (
      select first, last, received_at, lag(last, 1, 0::bigint) over by_receipt as previous,
             lag(received_at, 1, '-infinity') over by_receipt as previously
      from claims
      window by_receipt as (order by received_at)
    )
    select coalesce(bool_and(first = previous + 1 and received_at > previously), true)
           and coalesce(max(last), 0) = ${position}::bigint as is_tiled
    from ordered`;
  return row?.is_tiled ?? false;
}

/** What a kind of change does to one key: a transfer does something to two. */
interface Side {
  /** Empty for a physical count, which leaves no state. */
  readonly from: string;
  readonly to: State;
  readonly isBetween: boolean;
  readonly state: State;
  readonly does: "sets" | "adds" | "takes";
  /** Whether the key is at the place that the change goes to. */
  readonly isThere: boolean;
}

/** Every kind of change that the rules permit, by its sides. Each has one at least. */
function sidesOfKinds(): Side[] {
  const counting = COUNTABLE_STATES.map((state): Side => {
    return { from: "", to: state, isBetween: false, state, does: "sets", isThere: false };
  });
  const moving = TRANSITIONS.flatMap(({ from, to, locations }): Side[] => {
    const isBetween = locations === "two";
    return [
      { from, to, isBetween, state: from, does: "takes", isThere: false },
      { from, to, isBetween, state: to, does: "adds", isThere: isBetween },
    ];
  });
  return [...counting, ...moving].filter(({ state }) => isTracked(state));
}

/**
 * Whether each change stands in its key's batch and is of a kind that there is, and each count is what its changes
 * give (L1). The positions being 1 to the merchant's and the batches tiling them, a change within the batch that
 * was received when it was is where it should be, and no batch lacks one.
 *
 * What is older than a count's physical count cannot bear on it, and most of it is. That there is such a physical
 * count, none is younger, and nothing else occurred at its very time is then seen from what is left. A change that
 * is not where it should be, or has no count, belongs to none, and is seen by that.
 */
async function isExplained(sql: Statement, merchantId: string, counts: string): Promise<boolean> {
  const applications = await sql<{ id: string }[]>`
    select id from bincard.applications where merchant_id = ${merchantId}`;
  const [row] = await sql<{ keys: string; is_sound: boolean | null }[]>`
    with ${claims(sql, merchantId)},
    kinds as not materialized (${kinds(sql)}),
    sides as not materialized (
      select c.catalog_object_id, k.state, c.occurred_at, c.position, k.is_counting,
             case when k.is_there = 1 then c.to_location_id else c.location_id end as location_id,
             case when k.is_taking = 1 then -c.quantity else c.quantity end as added,
             c.position between b.first and b.last and k.state is not null
               and scale(c.quantity) <= ${LIMITS.quantityPlaces}::int
               and c.application_id = any(${applications.map(({ id }) => id)}::text[]) as is_sound
      from bincard.changes c
      left join claims b on b.received_at = c.created_at
      left join kinds k
        on k.from_state = coalesce(c.from_state, '') and k.to_state = c.to_state
        and (k.is_between = (c.to_location_id is not null)::int) is true
      where c.merchant_id = ${merchantId}
    ),
    expected as (
      select s.ctid as stored, sum(c.added) as quantity, max(c.position) as position,
             max(c.occurred_at) as last_at,
             max(c.occurred_at) filter (where c.is_counting = 1) as counted_at,
             count(*) filter (where c.occurred_at = s.counted_at) as simultaneous
      from sides c
      left join bincard.counts s
        on s.merchant_id = ${merchantId} and s.catalog_object_id = c.catalog_object_id
        and s.location_id = c.location_id and s.state = c.state and c.is_sound
      where (c.occurred_at < s.counted_at) is not true
      group by s.ctid
    )
    select count(*) as keys,
           bool_and((
             e.simultaneous <= 1 and e.quantity = s.quantity
             and e.position = s.position and e.last_at = s.last_at
             and coalesce(e.counted_at, '-infinity') = s.counted_at
             and s.position between b.first and b.last
             and s.band = b.last / ${POSITIONS_PER_BAND}::bigint
           ) is true) as is_sound
    from expected e
    left join bincard.counts s on s.merchant_id = ${merchantId} and s.ctid = e.stored
    left join claims b on b.received_at = s.calculated_at`;
  return row?.keys === counts && (row.is_sound ?? true);
}

function kinds(sql: Statement): Fragment {
  const sides = sidesOfKinds();
  const flags = (is: (side: Side) => boolean) => sides.map((side) => (is(side) ? 1 : 0));
  return sql`
    select * from unnest(
      ${sides.map(({ from }) => from)}::text[],
      ${sides.map(({ to }) => to)}::text[],
      ${flags(({ isBetween }) => isBetween)}::int[],
      ${sides.map(({ state }) => state)}::text[],
      ${flags(({ does }) => does === "sets")}::int[],
      ${flags(({ does }) => does === "takes")}::int[],
      ${flags(({ isThere }) => isThere)}::int[]
    ) as kinds(from_state, to_state, is_between, state, is_counting, is_taking, is_there)`;
}
