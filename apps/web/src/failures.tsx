import { type ErrorCode, isBincardError } from "@bincard/client";
import type { Failure, FailureCode } from "@bincard/contracts";
import { FAILURES } from "@bincard/contracts/failure";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { tellMoment } from "./components/moment.tsx";

type TransportCode = Exclude<ErrorCode, FailureCode>;

/**
 * What each refusal is called where people read it. The sentence below the title is the ledger's own. A
 * code without a title does not compile (L13).
 */
const TITLES: Readonly<Record<FailureCode | TransportCode, string>> = {
  UNAUTHENTICATED: "You are not signed in",
  TOKEN_EXPIRED: "Your token has expired",
  TOKEN_REVOKED: "Your token was revoked",
  RATE_LIMITED: "Too many requests at once",
  UNKNOWN_OPERATION: "This server does not know that operation",
  METHOD_NOT_ALLOWED: "This server is asked in another way",
  INSUFFICIENT_SCOPE: "Your token may not do this",
  UNSUPPORTED_MEDIA_TYPE: "The server did not take this kind of content",
  BODY_TOO_LARGE: "That is too much for one request",
  MALFORMED_JSON: "The request did not arrive as it was sent",
  UNKNOWN_FIELD: "A field is not known",
  MISSING_FIELD: "Something is missing",
  WRONG_TYPE: "A value is of the wrong kind",
  UNKNOWN_VALUE: "A value is not permitted",
  INVALID_VALUE: "A value is not valid",
  TOO_SHORT: "A value is too short",
  TOO_LONG: "A value is too long",
  TOO_FEW: "There are too few entries",
  TOO_MANY: "There are too many entries",
  TOO_LOW: "A number is too low",
  TOO_HIGH: "A number is too high",
  INVALID_QUANTITY: "That is not a quantity",
  INVALID_TIME: "That time cannot be used",
  INVALID_TIME_RANGE: "The times are in the wrong order",
  INVALID_CURSOR: "This place in the list is no longer valid",
  CONFLICTING_FIELDS: "Two fields contradict each other",
  FORBIDDEN_TRANSITION: "Stock cannot go that way",
  SAME_LOCATION: "Both places are the same",
  IDEMPOTENCY_KEY_REUSED: "This request was sent before with other content",
  NOT_FOUND: "That does not exist",
  NOT_COUNTABLE: "That cannot be counted",
  ALREADY_EXISTS: "That exists already",
  VERSION_MISMATCH: "Somebody else changed it first",
  COUNT_OUT_OF_RANGE: "The count would become too large",
  NOT_CONFIGURED: "This server is not set up for that",
  UNAVAILABLE: "The server cannot answer just now",
  INTERNAL: "The server failed",
  NETWORK_FAULT: "The server cannot be reached",
  TIMED_OUT: "The server took too long to answer",
  UNREADABLE_ANSWER: "Something other than Bincard answered",
  ABORTED: "The request was given up",
};

/** Every fault an error names, whichever client threw it; none when there was no answer. */
export function failuresOf(error: unknown): readonly Failure[] {
  if (isBincardError(error)) return error.failures;
  const data: unknown =
    typeof error === "object" && error !== null ? Reflect.get(error, "data") : undefined;
  const failures: unknown = Object(data)["failures"];
  return Array.isArray(failures) ? failures.filter(isFailure) : [];
}

function isFailure(value: unknown): value is Failure {
  const code: unknown = Object(value)["code"];
  return typeof code === "string" && Object.hasOwn(FAILURES, code);
}

export interface Told {
  readonly title: string;
  readonly message: string;
  /** The server's name for the request, to be found in its log. */
  readonly requestId: string | undefined;
}

/** An error in words: what happened, and the ledger's own sentence about it. */
export function tellFailure(error: unknown): Told {
  const [first] = failuresOf(error);
  const requestId = requestIdOf(error);
  if (first !== undefined)
    return { title: TITLES[first.code], message: sentence(first.message), requestId };
  if (isBincardError(error) && Object.hasOwn(TITLES, error.code))
    return { title: TITLES[error.code], message: sentence(error.message), requestId };
  return {
    title: TITLES.NETWORK_FAULT,
    message: "Check the connection, then try again.",
    requestId,
  };
}

function requestIdOf(error: unknown): string | undefined {
  const given: unknown = isBincardError(error)
    ? error.requestId
    : Object(Object(error)["data"])["requestId"];
  return typeof given === "string" ? given : undefined;
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Refusals begin in the middle of a sentence: the field stands before them. Times are told in the reader's zone. */
function sentence(message: string): string {
  const told = message.replace(TIME, (time) => tellMoment(time));
  const text = told.charAt(0).toUpperCase() + told.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/**
 * The refusals that belong to fields of a form, by the last name in their path: `changes[0].quantity` stands
 * beside "quantity". What none of the names takes is left in `rest`.
 */
export function besideFields<Name extends string>(
  error: unknown,
  names: readonly Name[],
): { readonly fields: Partial<Record<Name, string>>; readonly rest: readonly Failure[] } {
  const fields: Partial<Record<Name, string>> = {};
  const rest: Failure[] = [];
  for (const failure of failuresOf(error)) {
    const last = failure.path.findLast((step) => typeof step === "string");
    const name = names.find((name) => name === last);
    if (name === undefined) rest.push(failure);
    else fields[name] ??= sentence(failure.message);
  }
  return { fields, rest };
}

/** A refusal where the thing itself would stand. */
export function FailureNote({
  error,
  action,
}: {
  readonly error: unknown;
  /** Such as a button that tries again. */
  readonly action?: ReactNode;
}) {
  const { title, message, requestId } = tellFailure(error);
  return (
    <div role="alert" className="flex gap-3 rounded-lg bg-danger-soft p-4 text-sm text-danger">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 space-y-1">
        <p className="font-semibold">{title}</p>
        <p className="text-ink">{message}</p>
        {requestId === undefined ? null : (
          <p className="font-mono text-xs text-muted">Request {requestId}</p>
        )}
        {action}
      </div>
    </div>
  );
}
