import {
  type Adjustment,
  type Change,
  type ChangeInput,
  type Count,
  type Given,
  type operations,
  type Path,
  type PhysicalCount,
  type State,
  type Transfer,
} from "@bincard/contracts";
import type { Dialect } from "./version.ts";
import type { WireChange, WireListChanges, WireListCounts } from "./wire-change.ts";
import { type Rename, snakeCase } from "./wire.ts";

/** Square's words for a change, to the contracts'. What the wire ignores is dropped here. */
export function toChange(wire: WireChange): ChangeInput {
  switch (wire.type) {
    case "PHYSICAL_COUNT": {
      const { state, location_id: locationId } = wire.physical_count;
      return { type: wire.type, ...toSaid(wire.physical_count), state, locationId };
    }
    case "ADJUSTMENT":
      return {
        type: wire.type,
        ...toSaid(wire.adjustment),
        fromState: wire.adjustment.from_state,
        toState: wire.adjustment.to_state,
        locationId: wire.adjustment.location_id,
        fromLocationId: wire.adjustment.from_location_id,
        toLocationId: wire.adjustment.to_location_id,
      };
    case "TRANSFER":
      return {
        type: wire.type,
        ...toSaid(wire.transfer),
        state: wire.transfer.state,
        fromLocationId: wire.transfer.from_location_id,
        toLocationId: wire.transfer.to_location_id,
      };
  }
}

interface WireSaid {
  readonly catalog_object_id: string;
  readonly quantity: string;
  readonly occurred_at: string;
  readonly reference_id?: string | undefined;
  readonly employee_id?: string | undefined;
  readonly team_member_id?: string | undefined;
}

function toSaid(wire: WireSaid) {
  return {
    catalogObjectId: wire.catalog_object_id,
    quantity: wire.quantity,
    occurredAt: wire.occurred_at,
    referenceId: wire.reference_id,
    employeeId: wire.employee_id,
    teamMemberId: wire.team_member_id,
  };
}

/** The member of a change that says what its type names. */
export const MEMBERS = {
  PHYSICAL_COUNT: "physical_count",
  ADJUSTMENT: "adjustment",
  TRANSFER: "transfer",
} as const;
const LOCATION_FIELDS = ["location_id", "from_location_id", "to_location_id"] as const;

/** Where in the request's change `changes[2]` the contracts' `["changes", 2, "quantity"]` came from. */
export function changePlaces(changes: readonly WireChange[], dialect: Dialect): Rename {
  return (path) => {
    const [list, at, field, ...rest] = snakeCase(path);
    const change = typeof at === "number" ? changes[at] : undefined;
    if (list !== "changes" || at === undefined || change === undefined) return snakeCase(path);
    if (field === undefined || field === "type") return [list, at, ...tail(field)];
    return [list, at, MEMBERS[change.type], locationField(change, field, dialect), ...rest];
  };
}

function tail(field: string | number | undefined): Path {
  return field === undefined ? [] : [field];
}

/** The ledger fills in the side that was left unsaid; the fault is in the one the request did name. */
function locationField(change: WireChange, field: string | number, dialect: Dialect) {
  if (change.type !== "ADJUSTMENT" || !LOCATION_FIELDS.some((name) => name === field)) return field;
  const said = LOCATION_FIELDS.filter((name) => change.adjustment[name] !== undefined);
  if (said.some((name) => name === field)) return field;
  return said[0] ?? (dialect === "A" ? "location_id" : "from_location_id");
}

export function toListCounts(wire: WireListCounts): Given<typeof operations.counts.list> {
  return {
    catalogObjectIds: whenSet(wire.catalog_object_ids),
    locationIds: whenSet(wire.location_ids),
    states: whenSet(wire.states),
    updatedAfter: wire.updated_after,
    cursor: cursorOf(wire.cursor),
    limit: wire.limit,
  };
}

/**
 * Neither dialect can name TRANSFER in `types`, and both types that it can name are Square's default. So what was
 * recorded as a transfer goes with the adjustments: otherwise a history under Square's default would not add up.
 */
export function toListChanges(wire: WireListChanges): Given<typeof operations.changes.list> {
  return {
    ...toListCounts(wire),
    types: whenSet(wire.types)?.flatMap((type) =>
      type === "ADJUSTMENT" ? ["ADJUSTMENT", "TRANSFER"] : [type],
    ),
    updatedBefore: wire.updated_before,
    order: wire.sort?.order,
  };
}

/** Square's filters apply when set, and an empty one is not. */
export function whenSet<Entry>(entries: Entry[] | undefined): Entry[] | undefined {
  return entries?.length === 0 ? undefined : entries;
}

/** Clients that loop until there is no cursor may send the empty one they begin with. */
export function cursorOf(cursor: string | undefined): string | undefined {
  return cursor === "" ? undefined : cursor;
}

export function fromCount(count: Count) {
  return {
    catalog_object_id: count.catalogObjectId,
    catalog_object_type: count.catalogObjectType,
    state: count.state,
    location_id: count.locationId,
    quantity: count.quantity,
    calculated_at: count.calculatedAt,
  };
}

/**
 * A recorded change as a dialect shows it. A move between two locations is a TRANSFER in A and an ADJUSTMENT
 * in B, whichever way it was written.
 */
export function fromChange(change: Change, dialect: Dialect) {
  switch (change.type) {
    case "PHYSICAL_COUNT":
      return { type: change.type, physical_count: fromPhysicalCount(change) };
    case "ADJUSTMENT":
      return change.fromLocationId !== change.toLocationId && dialect === "A"
        ? { type: "TRANSFER" as const, transfer: fromMove(change, change.fromState) }
        : { type: change.type, adjustment: fromAdjustment(change) };
    case "TRANSFER":
      return dialect === "A"
        ? { type: change.type, transfer: fromMove(change, change.state) }
        : { type: "ADJUSTMENT" as const, adjustment: fromTransfer(change) };
  }
}

function fromPhysicalCount(count: PhysicalCount) {
  return said(count, { state: count.state, location_id: count.locationId });
}

/** Both dialects' location fields: an SDK shows its own and passes the others through. */
function fromAdjustment(adjustment: Adjustment) {
  const { fromLocationId, toLocationId } = adjustment;
  return said(adjustment, {
    from_state: adjustment.fromState,
    to_state: adjustment.toState,
    location_id: fromLocationId === toLocationId ? fromLocationId : undefined,
    from_location_id: fromLocationId,
    to_location_id: toLocationId,
  });
}

function fromTransfer(transfer: Transfer) {
  const { state } = transfer;
  return said(transfer, {
    from_state: state,
    to_state: state,
    from_location_id: transfer.fromLocationId,
    to_location_id: transfer.toLocationId,
  });
}

function fromMove(move: Adjustment | Transfer, state: Transfer["state"]) {
  return said(move, {
    state,
    from_location_id: move.fromLocationId,
    to_location_id: move.toLocationId,
  });
}

/** Where a change happened, in the words that its kind has for it. */
interface Where {
  readonly state?: State;
  readonly from_state?: State;
  readonly to_state?: State;
  readonly location_id?: string | undefined;
  readonly from_location_id?: string;
  readonly to_location_id?: string;
}

type Said = Omit<PhysicalCount, "type" | "state" | "locationId">;

/**
 * What is undefined is not said: JSON leaves it out. Written out in one piece, because objects that are put
 * together from others cost a till's batch more than all else at this door.
 */
function said(change: Said, where: Where) {
  return {
    id: change.id,
    reference_id: change.referenceId,
    catalog_object_id: change.catalogObjectId,
    catalog_object_type: change.catalogObjectType,
    quantity: change.quantity,
    source: {
      product: "EXTERNAL_API",
      application_id: change.source.applicationId,
      name: change.source.name,
    },
    employee_id: change.employeeId,
    team_member_id: change.teamMemberId,
    occurred_at: change.occurredAt,
    created_at: change.createdAt,
    state: where.state,
    from_state: where.from_state,
    to_state: where.to_state,
    location_id: where.location_id,
    from_location_id: where.from_location_id,
    to_location_id: where.to_location_id,
  };
}
