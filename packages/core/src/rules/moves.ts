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
  /** The key as text: written once, looked up many times. */
  readonly text: string;
  readonly kind: "add" | "reset";
  readonly quantity: Scaled;
}

/** A key as text, to look it up by. Ids cannot contain NUL. */
export function keyText({ catalogObjectId, locationId, state }: Key): string {
  return `${catalogObjectId}\0${locationId}\0${state}`;
}

/** A change in the one form the ledger stores: a place, perhaps a second one, and two states. */
export interface Stored {
  readonly type: ParsedChange["type"];
  readonly catalogObjectId: string;
  readonly locationId: string;
  /** Only for a move between two locations. */
  readonly toLocationId: string | undefined;
  /** Undefined for a physical count. */
  readonly fromState: State | undefined;
  readonly toState: State;
  readonly quantity: Scaled;
  /** The same as canonical text: what is stored and answered. */
  readonly quantityText: string;
  readonly occurredAt: Micros;
  /** The same as canonical text. */
  readonly occurredAtText: string;
  readonly referenceId: string | undefined;
  readonly employeeId: string | undefined;
  readonly teamMemberId: string | undefined;
}

/** A change on its way in, with what it does to each tracked key it names (L4). */
export interface Entry extends Stored {
  readonly moves: readonly Move[];
}

type Places = Pick<Stored, "locationId" | "toLocationId" | "fromState" | "toState">;

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
  const { locationId, toLocationId, fromState, toState } = placesOf(change);
  const { type, catalogObjectId, occurredAt: occurredAtText } = change;
  const { referenceId, employeeId, teamMemberId } = change;
  const places = { locationId, toLocationId, fromState, toState };
  const moves = movesOf({ catalogObjectId, ...places, quantity });
  // Written out, since objects made by spreading others cost several times as much.
  return {
    type,
    catalogObjectId,
    locationId,
    toLocationId,
    fromState,
    toState,
    quantity,
    quantityText: change.quantity,
    occurredAt,
    occurredAtText,
    referenceId,
    employeeId,
    teamMemberId,
    moves,
  };
}

type Moving = Places & Pick<Stored, "catalogObjectId" | "quantity">;

/** The tracked keys a change names and what it does to each (L4: each side by itself). */
function movesOf({ catalogObjectId, locationId, ...moving }: Moving): Move[] {
  const { toLocationId = locationId, fromState, toState, quantity } = moving;
  const to = { catalogObjectId, locationId: toLocationId, state: toState };
  if (fromState === undefined) return [move(to, "reset", quantity)];
  const moves: Move[] = [];
  if (isTracked(fromState))
    moves.push(move({ catalogObjectId, locationId, state: fromState }, "add", -quantity));
  if (isTracked(toState)) moves.push(move(to, "add", quantity));
  return moves;
}

function move(key: Key, kind: Move["kind"], quantity: Scaled): Move {
  return { key, text: keyText(key), kind, quantity };
}
