import { formatQuantity, type Micros } from "@bincard/contracts";
import type { JudgedGroup, Placed, Touched, Verdict } from "../rules/group.ts";
import { bandOf } from "./band.ts";
import type { Statement } from "./connect.ts";
import { Rows } from "./rows.ts";
import { microsOf } from "./time.ts";

/** What a lane believes of its merchant; the fence holds only while it is true. */
export interface Fence {
  readonly merchantId: string;
  readonly position: number;
  readonly catalogVersion: number;
  /** The mark of the group that this one was sent behind: it goes in on top of that one, or not at all. */
  readonly behind: number | undefined;
}

/** Who asked, under which key, with which body. */
export interface KeyedRequest {
  readonly key: string;
  readonly fingerprint: string;
  readonly tokenId: string;
  readonly applicationId: string;
}

/** Requests of one merchant, judged in turn, which go in together behind one fence. */
export interface Group {
  readonly fence: Fence;
  /** Random: what a group that is sent behind this one will know it by. */
  readonly mark: number;
  readonly requests: readonly KeyedRequest[];
  readonly judged: JudgedGroup;
}

/**
 * Writes judged groups, at most one a merchant, in one statement. Each group goes in whole or not at all
 * by its own fence, which is its merchant's row, taken first; everything else joins to it. Answers for each
 * group the receipt time of its first request (each next one is received a microsecond later, so receipt
 * times follow positions and no two batches share one, L9), or `undefined` when another server wrote that
 * merchant since. Throws the unique violation of an idempotency key: then no group is written.
 */
export async function append(
  sql: Statement,
  groups: readonly Group[],
): Promise<(Micros | undefined)[]> {
  // Prepared once a connection. The texts never change, whatever the groups hold.
  const held = await sql.unsafe<{ lane: number; received_at: string }[]>(
    groups.length > 1 ? OF_SEVERAL : OF_ONE,
    [
      ...FENCES.parameters(groups.map((group, lane) => ({ group, lane }))),
      ...KEYS.parameters(groups.flatMap(keyRows)),
      ...CHANGES.parameters(groups.flatMap(changeRows)),
      ...COUNTS.parameters(groups.flatMap(countRows)),
    ],
    { prepare: true },
  );
  const receivedAt: (Micros | undefined)[] = groups.map(() => undefined);
  for (const { lane, received_at: at } of held) receivedAt[lane] = microsOf(at);
  return receivedAt;
}

interface FenceRow {
  readonly group: Group;
  /** The group's place among those of the statement. */
  readonly lane: number;
}

const FENCES = new Rows("f", 1, {
  lane: { type: "int", read: ({ lane }: FenceRow) => lane },
  merchant_id: { type: "text", read: ({ group }) => group.fence.merchantId },
  position: { type: "bigint", read: ({ group }) => group.fence.position },
  catalog_version: { type: "bigint", read: ({ group }) => group.fence.catalogVersion },
  behind: { type: "bigint", read: ({ group }) => group.fence.behind ?? null },
  mark: { type: "bigint", read: ({ group }) => group.mark },
  next_position: { type: "bigint", read: ({ group }) => group.judged.position },
  /** Microseconds between the receipt of the group's first and of its last request. */
  span: { type: "int", read: ({ group }) => group.requests.length - 1 },
});

interface KeyRow {
  readonly lane: number;
  /** Index of the request in its group. */
  readonly turn: number;
  readonly request: KeyedRequest;
  readonly verdict: Verdict;
}

const KEYS = new Rows("k", FENCES.next, {
  key: { type: "text", read: ({ request }: KeyRow) => request.key },
  lane: { type: "int", read: ({ lane }) => lane },
  turn: { type: "int", read: ({ turn }) => turn },
  fingerprint: { type: "text", read: ({ request }) => request.fingerprint },
  position: { type: "bigint", read: ({ verdict }) => verdict.position },
  change_count: { type: "int", read: ({ verdict }) => recordedIn(verdict).length },
  answer: { type: "text", read: ({ verdict }) => failuresOf(verdict) },
  token_id: { type: "text", read: ({ request }) => request.tokenId },
});

interface ChangeRow extends Placed {
  readonly lane: number;
  readonly turn: number;
  readonly applicationId: string;
}

const CHANGES = new Rows("c", KEYS.next, {
  position: { type: "bigint", read: ({ position }: ChangeRow) => position },
  lane: { type: "int", read: ({ lane }) => lane },
  turn: { type: "int", read: ({ turn }) => turn },
  type: { type: "text", read: ({ entry }) => entry.type },
  catalog_object_id: { type: "text", read: ({ entry }) => entry.catalogObjectId },
  location_id: { type: "text", read: ({ entry }) => entry.locationId },
  to_location_id: { type: "text", read: ({ entry }) => entry.toLocationId ?? null },
  from_state: { type: "text", read: ({ entry }) => entry.fromState ?? null },
  to_state: { type: "text", read: ({ entry }) => entry.toState },
  quantity: { type: "text", read: ({ entry }) => entry.quantityText },
  occurred_at: { type: "bigint", read: ({ entry }) => entry.occurredAt },
  application_id: { type: "text", read: ({ applicationId }) => applicationId },
  reference_id: { type: "text", read: ({ entry }) => entry.referenceId ?? null },
  employee_id: { type: "text", read: ({ entry }) => entry.employeeId ?? null },
  team_member_id: { type: "text", read: ({ entry }) => entry.teamMemberId ?? null },
});

interface CountRow {
  readonly lane: number;
  readonly touched: Touched;
  /** The merchant's position once the request that last moved the count was in. */
  readonly standsAt: number;
}

/** -infinity has no number. */
const microsOrNull = (time: Micros): number | null => (time === -Infinity ? null : time);

const COUNTS = new Rows("c", CHANGES.next, {
  position: { type: "bigint", read: ({ touched }: CountRow) => touched.tally.position },
  lane: { type: "int", read: ({ lane }) => lane },
  turn: { type: "int", read: ({ touched }) => touched.receivedWith },
  catalog_object_id: { type: "text", read: ({ touched }) => touched.key.catalogObjectId },
  location_id: { type: "text", read: ({ touched }) => touched.key.locationId },
  state: { type: "text", read: ({ touched }) => touched.key.state },
  quantity: { type: "text", read: ({ touched }) => formatQuantity(touched.tally.quantity) },
  counted_at: { type: "bigint", read: ({ touched }) => microsOrNull(touched.tally.countedAt) },
  last_at: { type: "bigint", read: ({ touched }) => microsOrNull(touched.tally.lastAt) },
  band: { type: "bigint", read: ({ standsAt }) => bandOf(standsAt) },
});

const recordedIn = (verdict: Verdict): readonly Placed[] =>
  verdict.kind === "accepted" ? verdict.recorded : [];

const failuresOf = (verdict: Verdict): string | null =>
  verdict.kind === "refused" ? JSON.stringify({ failures: verdict.failures }) : null;

function keyRows({ requests, judged }: Group, lane: number): KeyRow[] {
  return judged.verdicts.flatMap((verdict, turn) => {
    const request = requests[turn];
    return request === undefined ? [] : [{ lane, turn, request, verdict }];
  });
}

function changeRows({ requests, judged }: Group, lane: number): ChangeRow[] {
  const rows: ChangeRow[] = [];
  judged.verdicts.forEach((verdict, turn) => {
    const applicationId = requests[turn]?.applicationId ?? "";
    for (const { entry, position } of recordedIn(verdict))
      rows.push({ entry, position, lane, turn, applicationId });
  });
  return rows;
}

function countRows({ judged }: Group, lane: number): CountRow[] {
  return Array.from(judged.touched.values(), (touched) => {
    const standsAt = judged.verdicts[touched.receivedWith]?.position ?? judged.position;
    return { lane, touched, standsAt };
  });
}

/** Numbers of microseconds are cheaper to read than text, and just as exact (L12). */
const microseconds = (count: string): string => `${count} * interval '1 microsecond'`;
const instant = (micros: string): string => `timestamptz 'epoch' + ${microseconds(micros)}`;
const receivedIn = (turn: string): string => `fence.received_at + ${microseconds(turn)}`;

/**
 * Counts are written as absolute values: they are exact at the position the fence proves. The conflict
 * goes to the primary key by name, which a join would leave to the planner's idea of the table. Receipt times
 * are reckoned before the fence is taken, from the row that the fence then proves (a group of refusals moves
 * nothing but that time): a cluster updates no row by a clock.
 */
const statement = (merchants: string, before = "") => `
  with ${before} asked as (
    select f.lane, m.id as merchant_id, m.position, m.catalog_version,
           m.received_at as before,
           ${FENCES.cell("next_position")} as next_position, ${FENCES.cell("mark")} as mark,
           ${FENCES.cell("span")} as span,
           greatest(clock_timestamp(), m.received_at + interval '1 microsecond') as received_at
    from ${FENCES.source}
    join ${merchants} m on m.id = ${FENCES.cell("merchant_id")}
    where m.position = ${FENCES.cell("position")}
      and m.catalog_version = ${FENCES.cell("catalog_version")}
      and m.mark = coalesce(${FENCES.cell("behind")}, m.mark)
  ),
  timed as (
    select *, received_at + ${microseconds("span")} as last_received_at from asked
  ),
  fence as (
    update bincard.merchants m
    set position = t.next_position, received_at = t.last_received_at, mark = t.mark
    from timed t
    where m.id = t.merchant_id and m.position = t.position
      and m.catalog_version = t.catalog_version and m.received_at = t.before
    returning t.lane, m.id as merchant_id, t.received_at
  ),
  keys as (
    insert into bincard.idempotency_keys
      (merchant_id, key, operation, fingerprint, position, change_count, answer, token_id, received_at)
    select fence.merchant_id, k.key, 'changes.create', decode(${KEYS.cell("fingerprint")}, 'hex'),
           ${KEYS.cell("position")}, ${KEYS.cell("change_count")}, ${KEYS.cell("answer")}::jsonb,
           ${KEYS.cell("token_id")}, ${receivedIn(KEYS.cell("turn"))}
    from fence join ${KEYS.source} on ${KEYS.cell("lane")} = fence.lane
  ),
  log as (
    insert into bincard.changes
      (merchant_id, position, type, catalog_object_id, location_id, to_location_id, from_state,
       to_state, quantity, occurred_at, created_at, application_id, reference_id, employee_id,
       team_member_id)
    select fence.merchant_id, c.position, ${CHANGES.cell("type")},
           ${CHANGES.cell("catalog_object_id")}, ${CHANGES.cell("location_id")},
           ${CHANGES.cell("to_location_id")}, ${CHANGES.cell("from_state")},
           ${CHANGES.cell("to_state")}, ${CHANGES.cell("quantity")}::numeric,
           ${instant(CHANGES.cell("occurred_at"))}, ${receivedIn(CHANGES.cell("turn"))},
           ${CHANGES.cell("application_id")}, ${CHANGES.cell("reference_id")},
           ${CHANGES.cell("employee_id")}, ${CHANGES.cell("team_member_id")}
    from fence join ${CHANGES.source} on ${CHANGES.cell("lane")} = fence.lane
  ),
  standing as (
    insert into bincard.counts
      (merchant_id, catalog_object_id, location_id, state, quantity, counted_at, last_at,
       calculated_at, position, band)
    select fence.merchant_id, ${COUNTS.cell("catalog_object_id")}, ${COUNTS.cell("location_id")},
           ${COUNTS.cell("state")}, ${COUNTS.cell("quantity")}::numeric,
           coalesce(${instant(COUNTS.cell("counted_at"))}, '-infinity'),
           coalesce(${instant(COUNTS.cell("last_at"))}, '-infinity'),
           ${receivedIn(COUNTS.cell("turn"))}, c.position, ${COUNTS.cell("band")}
    from fence join ${COUNTS.source} on ${COUNTS.cell("lane")} = fence.lane
    on conflict (merchant_id, catalog_object_id, location_id, state) do update
    set quantity = excluded.quantity, counted_at = excluded.counted_at,
        last_at = excluded.last_at, calculated_at = excluded.calculated_at,
        position = excluded.position, band = excluded.band
  )
  select lane, received_at from fence`;

/** Waits for whoever holds the merchant's row: nobody else is kept waiting by that. */
const OF_ONE = statement("bincard.merchants");
/** A row that somebody holds is a fence that was missed: its group goes by itself, and the others need not wait. */
const OF_SEVERAL = statement(
  "free",
  `free as (
    select id, position, catalog_version, received_at, mark
    from bincard.merchants where id = any(${FENCES.array("merchant_id")})
    for no key update skip locked
  ),`,
);
