import {
  isTracked,
  type Micros,
  type ParsedChange,
  parseQuantity,
  parseTime,
  type Scaled,
  type State,
} from "@bincard/contracts";

/** What a count is the count of, within one merchant. */
export interface Key {
  readonly catalogObjectId: string;
  readonly locationId: string;
  readonly state: State;
}

/** What one change does to one key: adds to it, or resets it to a counted quantity. */
export interface Move {
  readonly key: Key;
  readonly kind: "add" | "reset";
  readonly quantity: Scaled;
}

/** A key as text, to look it up by. Ids cannot contain NUL. */
export function keyText({ catalogObjectId, locationId, state }: Key): string {
  return `${catalogObjectId}\0${locationId}\0${state}`;
}

/** A change in the one form the ledger stores: a place, perhaps a second one, and two states. */
export interface Entry {
  readonly type: ParsedChange["type"];
  readonly catalogObjectId: string;
  readonly locationId: string;
  /** Only for a move between two locations. */
  readonly toLocationId: string | undefined;
  /** Undefined for a physical count. */
  readonly fromState: State | undefined;
  readonly toState: State;
  readonly quantity: Scaled;
  readonly occurredAt: Micros;
  /** The same as canonical text: what is stored and answered. */
  readonly occurredAtText: string;
  readonly referenceId: string | undefined;
  readonly employeeId: string | undefined;
  readonly teamMemberId: string | undefined;
}

type Places = Pick<Entry, "locationId" | "toLocationId" | "fromState" | "toState">;

function placesOf(change: ParsedChange): Places {
  if (change.type === "PHYSICAL_COUNT") {
    const { locationId, state } = change;
    return { locationId, toLocationId: undefined, fromState: undefined, toState: state };
  }
  const { fromLocationId: locationId, toLocationId: to } = change;
  const toLocationId = to === locationId ? undefined : to;
  if (change.type === "TRANSFER")
    return { locationId, toLocationId, fromState: change.state, toState: change.state };
  return { locationId, toLocationId, fromState: change.fromState, toState: change.toState };
}

/** Takes a parsed change, whose quantity and time are known to be well formed. */
export function entryOf(change: ParsedChange): Entry {
  const quantity = parseQuantity(change.quantity);
  const occurredAt = parseTime(change.occurredAt);
  if (quantity === undefined || occurredAt === undefined)
    throw new TypeError("a change must be parsed before it is entered");
  return {
    type: change.type,
    catalogObjectId: change.catalogObjectId,
    ...placesOf(change),
    quantity,
    occurredAt,
    occurredAtText: change.occurredAt,
    referenceId: change.referenceId,
    employeeId: change.employeeId,
    teamMemberId: change.teamMemberId,
  };
}

/** The tracked keys a change names and what it does to each (L4: each side by itself). */
export function movesOf(entry: Entry): Move[] {
  const { catalogObjectId, locationId, fromState, toState, quantity } = entry;
  if (fromState === undefined)
    return [{ key: { catalogObjectId, locationId, state: toState }, kind: "reset", quantity }];
  const moves: Move[] = [];
  if (isTracked(fromState)) {
    const key = { catalogObjectId, locationId, state: fromState };
    moves.push({ key, kind: "add", quantity: -quantity });
  }
  if (isTracked(toState)) {
    const key = {
      catalogObjectId,
      locationId: entry.toLocationId ?? locationId,
      state: toState,
    };
    moves.push({ key, kind: "add", quantity });
  }
  return moves;
}
