import { type Refusal, refuse } from "@bincard/contracts";
import postgres from "postgres";

/** What the database's errors mean to us. */

const CONNECTION_CODES: ReadonlySet<string> = new Set([
  // The driver's
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
  // The system's
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  // Postgres': connection exceptions, shutting down, starting up, too many connections
  "08000",
  "08003",
  "08006",
  "53300",
  "57P01",
  "57P02",
  "57P03",
]);

/** A standby, which takes no writes until it is promoted. */
const READ_ONLY = "25006";

/** The database is there and could not do it now: nothing was written, and the same request may go through later. */
const EXHAUSTION_CODES: ReadonlySet<string> = new Set([
  // Out of a resource: in general, disk, memory, a configured limit
  "53000",
  "53100",
  "53200",
  "53400",
  // Given up for taking too long: a statement, a transaction left open, a transaction, an idle session
  "57014",
  "25P03",
  "25P04",
  "57P05",
  READ_ONLY,
  // The system below: in general, reading and writing
  "58000",
  "58030",
]);

/** Serialization failure, deadlock, lock not available: the same statement may go through next time. */
const CONTENTION_CODES: ReadonlySet<string> = new Set(["40001", "40P01", "55P03"]);

/** The driver's error, which Drizzle wraps in one of its own. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}

function codeOf(error: unknown): string {
  const cause = causeOf(error);
  const code: unknown = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : "";
}

/** The database cannot be reached, or did not answer: whether the statement went in is unknown. */
export function isConnectionFault(error: unknown): boolean {
  return CONNECTION_CODES.has(codeOf(error));
}

/** A statement went out without the setting it was sent with, because the connection was cut between the two. */
export function unseen(merchantId: string): Error {
  return connectionLost(`nothing of merchant ${merchantId} can be seen`);
}

/** The connection was cut, and what was said of it since is of another one. */
export function connectionLost(message = "the connection was lost meanwhile"): Error {
  return Object.assign(new Error(message), { code: "CONNECTION_CLOSED" });
}

/** The database undid the statement for another's sake: it may go through next time. */
export function isContention(error: unknown): boolean {
  return CONTENTION_CODES.has(codeOf(error));
}

/** The database had no room or no time for it, and wrote nothing. */
export function isExhaustion(error: unknown): boolean {
  return EXHAUSTION_CODES.has(codeOf(error));
}

/** The signal, not an error to surface, that a request of the group was answered before (L6). */
export function isKeyTaken(error: unknown): boolean {
  return isUniqueViolation(error, "idempotency_keys_merchant_id_key_pk");
}

/** Whether that request is one of this merchant's, of the several that a statement may carry. */
export function isKeyTakenOf(error: unknown, merchantId: string): boolean {
  const cause = causeOf(error);
  return (
    isKeyTaken(error) &&
    cause instanceof postgres.PostgresError &&
    (cause.detail ?? merchantId).includes(merchantId)
  );
}

/** `constraint` is the name of a primary key or unique index. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  const cause = causeOf(error);
  return (
    cause instanceof postgres.PostgresError &&
    cause.code === "23505" &&
    cause.constraint_name === constraint
  );
}

/** `cause` is for our own log: no door shows it. */
export function unavailable(cause?: unknown): Refusal {
  const refusal = refuse("UNAVAILABLE", unavailableFor(cause), { retryAfterSeconds: 1 });
  refusal.cause = cause;
  return refusal;
}

function unavailableFor(cause: unknown): string {
  if (codeOf(cause) === READ_ONLY)
    return "the database takes no writes: it is a standby, and writes go to a server of the primary";
  return isExhaustion(cause)
    ? "the database has no room or no time for this now: try again"
    : "the database cannot be reached: try again";
}
