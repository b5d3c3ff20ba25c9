import type { ParsedChange } from "./change.ts";
import { LIMITS } from "./limits.ts";
import { formatQuantity, parseQuantity } from "./quantity.ts";
import { COUNTABLE_STATES, isPermitted, type State, STATES, TRANSFERABLE_STATES } from "./state.ts";
import { isStorable } from "./text.ts";
import { canonicalTime } from "./time.ts";

/** A batch as its schema parses it. */
interface PlainBatch {
  idempotencyKey: string;
  changes: ParsedChange[];
  ignoreUnchangedCounts: boolean;
}

/**
 * Batches of changes come by the thousand, and nearly all of them are right. Here they are read without
 * ceremony; whatever is not plainly right is left to the schema, which judges it again and says what is wrong.
 * What is read here is what the schema would have made of it, field by field and in the same order: the order
 * is part of the fingerprint (L6).
 */
export function plainCreateChanges(given: unknown): PlainBatch | undefined {
  if (!isObject(given)) return undefined;
  for (const field in given) if (!BATCH_FIELDS.has(field)) return undefined;
  const { idempotencyKey, changes, ignoreUnchangedCounts = true } = given;
  if (!isText(idempotencyKey, LIMITS.idempotencyKeyCharacters)) return undefined;
  if (typeof ignoreUnchangedCounts !== "boolean" || !Array.isArray(changes)) return undefined;
  if (changes.length === 0 || changes.length > LIMITS.changesPerRequest) return undefined;
  const parsed: ParsedChange[] = [];
  for (const each of changes) {
    const change = plainChange(each);
    if (change === undefined) return undefined;
    parsed.push(change);
  }
  return { idempotencyKey, changes: parsed, ignoreUnchangedCounts };
}

const BATCH_FIELDS: ReadonlySet<string> = new Set([
  "idempotencyKey",
  "changes",
  "ignoreUnchangedCounts",
]);

const SAID_FIELDS = [
  "type",
  "catalogObjectId",
  "occurredAt",
  "referenceId",
  "employeeId",
  "teamMemberId",
  "quantity",
];
const COUNT_FIELDS: ReadonlySet<string> = new Set([...SAID_FIELDS, "locationId", "state"]);
const TRANSFER_FIELDS: ReadonlySet<string> = new Set([
  ...SAID_FIELDS,
  "state",
  "fromLocationId",
  "toLocationId",
]);
const ADJUSTMENT_FIELDS: ReadonlySet<string> = new Set([
  ...SAID_FIELDS,
  "fromState",
  "toState",
  "locationId",
  "fromLocationId",
  "toLocationId",
]);

type Fields = Readonly<Record<string, unknown>>;

function plainChange(given: unknown): ParsedChange | undefined {
  if (!isObject(given)) return undefined;
  const said = plainlySaid(given);
  if (said === undefined) return undefined;
  switch (given["type"]) {
    case "ADJUSTMENT":
      return plainAdjustment(given, said);
    case "PHYSICAL_COUNT":
      return plainCount(given, said);
    case "TRANSFER":
      return plainTransfer(given, said);
    default:
      return undefined;
  }
}

interface Said {
  readonly catalogObjectId: string;
  readonly occurredAt: string;
  readonly referenceId: string | undefined;
  readonly employeeId: string | undefined;
  readonly teamMemberId: string | undefined;
  readonly quantity: string;
}

function plainlySaid(given: Fields): Said | undefined {
  const { catalogObjectId, occurredAt, referenceId, employeeId, teamMemberId, quantity } = given;
  if (!isText(catalogObjectId, LIMITS.catalogIdCharacters)) return undefined;
  if (!isNote(referenceId, LIMITS.referenceIdCharacters)) return undefined;
  if (!isNote(employeeId, LIMITS.personIdCharacters)) return undefined;
  if (!isNote(teamMemberId, LIMITS.personIdCharacters)) return undefined;
  if (typeof occurredAt !== "string" || typeof quantity !== "string") return undefined;
  const time = canonicalTime(occurredAt);
  const amount = canonicalQuantity(quantity, given["type"] === "PHYSICAL_COUNT");
  if (time === undefined || amount === undefined) return undefined;
  return {
    catalogObjectId,
    occurredAt: time,
    referenceId,
    employeeId,
    teamMemberId,
    quantity: amount,
  };
}

function plainCount(given: Fields, said: Said): ParsedChange | undefined {
  if (!hasOnly(given, COUNT_FIELDS)) return undefined;
  const { locationId, state } = given;
  if (!isText(locationId, LIMITS.locationIdCharacters)) return undefined;
  if (!isOneOf(COUNTABLE_STATES, state)) return undefined;
  const { catalogObjectId, occurredAt, referenceId, employeeId, teamMemberId, quantity } = said;
  return {
    type: "PHYSICAL_COUNT",
    catalogObjectId,
    occurredAt,
    referenceId,
    employeeId,
    teamMemberId,
    locationId,
    state,
    quantity,
  };
}

function plainAdjustment(given: Fields, said: Said): ParsedChange | undefined {
  if (!hasOnly(given, ADJUSTMENT_FIELDS)) return undefined;
  const { fromState, toState, locationId: at, fromLocationId: from, toLocationId: to } = given;
  if (!isOneOf(STATES, fromState) || !isOneOf(STATES, toState)) return undefined;
  // Both sides, one of them, or the one place: anything else is for the schema to judge.
  const isAtOnePlace = from === undefined && to === undefined;
  const fromLocationId = isAtOnePlace ? at : from;
  const toLocationId = isAtOnePlace ? at : to;
  if (!isAtOnePlace && at !== undefined) return undefined;
  if (!isText(fromLocationId, LIMITS.locationIdCharacters)) return undefined;
  if (!isText(toLocationId, LIMITS.locationIdCharacters)) return undefined;
  const locations = fromLocationId === toLocationId ? "one" : "two";
  if (!isPermitted({ from: fromState, to: toState, locations })) return undefined;
  const { catalogObjectId, occurredAt, referenceId, employeeId, teamMemberId, quantity } = said;
  return {
    type: "ADJUSTMENT",
    catalogObjectId,
    occurredAt,
    referenceId,
    employeeId,
    teamMemberId,
    fromState,
    toState,
    quantity,
    fromLocationId,
    toLocationId,
  };
}

function plainTransfer(given: Fields, said: Said): ParsedChange | undefined {
  if (!hasOnly(given, TRANSFER_FIELDS)) return undefined;
  const { fromLocationId, toLocationId, state = "IN_STOCK" } = given;
  if (!isText(fromLocationId, LIMITS.locationIdCharacters)) return undefined;
  if (!isText(toLocationId, LIMITS.locationIdCharacters)) return undefined;
  if (!isOneOf(TRANSFERABLE_STATES, state) || fromLocationId === toLocationId) return undefined;
  const { catalogObjectId, occurredAt, referenceId, employeeId, teamMemberId, quantity } = said;
  return {
    type: "TRANSFER",
    catalogObjectId,
    occurredAt,
    referenceId,
    employeeId,
    teamMemberId,
    state,
    fromLocationId,
    toLocationId,
    quantity,
  };
}

function isObject(given: unknown): given is Fields {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function hasOnly(given: Fields, fields: ReadonlySet<string>): boolean {
  for (const field in given) if (!fields.has(field)) return false;
  return true;
}

/** Printable ASCII is storable, and quicker to tell. */
const PLAIN = /^[ -~]*$/;

function isText(given: unknown, charactersMax: number): given is string {
  return (
    typeof given === "string" &&
    given.length > 0 &&
    given.length <= charactersMax &&
    (PLAIN.test(given) || isStorable(given))
  );
}

function isNote(given: unknown, charactersMax: number): given is string | undefined {
  return given === undefined || given === "" || isText(given, charactersMax);
}

function isOneOf<Known extends State>(known: readonly Known[], given: unknown): given is Known {
  return known.some((each) => each === given);
}

const WHOLE = /^[1-9]\d{0,14}$/;

/** Canonical text, or undefined for what a change of this kind may not say. */
function canonicalQuantity(text: string, mayBeZero: boolean): string | undefined {
  if (WHOLE.test(text)) return text;
  const scaled = parseQuantity(text);
  if (scaled === undefined || scaled < 0n || (scaled === 0n && !mayBeZero)) return undefined;
  return formatQuantity(scaled);
}
