import {
  describe,
  type Failure,
  type FailureCode,
  FAILURES,
  formatPath,
  Refusal,
} from "@bincard/contracts";

export const CATEGORIES = [
  "API_ERROR",
  "AUTHENTICATION_ERROR",
  "INVALID_REQUEST_ERROR",
  "RATE_LIMIT_ERROR",
] as const;
type Category = (typeof CATEGORIES)[number];

interface Rendering {
  readonly status: number;
  readonly category: Category;
  readonly code: string;
}

/** Square's codes for what the one vocabulary has one code for. */
export const FINER_CODES = [
  "EXPECTED_STRING",
  "EXPECTED_INTEGER",
  "EXPECTED_BOOLEAN",
  "EXPECTED_ARRAY",
  "EXPECTED_OBJECT",
  "UNKNOWN_QUERY_PARAMETER",
  "INVALID_SQUARE_VERSION_FORMAT",
] as const;
export type FinerCode = (typeof FINER_CODES)[number];

/** A failure whose place is already in Square's words, with a finer code where Square has one. */
export interface WireFailure extends Failure {
  readonly squareCode?: FinerCode;
  /** Bincard's sentence is said although Square has one for the code, which would say less than is known. */
  readonly isOurSentence?: boolean;
}

export function wireRefusal(first: WireFailure, ...rest: readonly WireFailure[]): Refusal {
  return new Refusal(first, ...rest);
}

/** One entry of the envelope `{ errors: [...] }` that every refusal of this door is. */
export interface SquareError {
  readonly category: Category;
  readonly code: string;
  readonly detail: string;
  readonly field?: string;
}

const request = (code: string, status = 400): Rendering => ({
  status,
  category: "INVALID_REQUEST_ERROR",
  code,
});
const access = (code: string, status: 401 | 403): Rendering => ({
  status,
  category: "AUTHENTICATION_ERROR",
  code,
});

/** How this door says each refusal (L13). */
export const RENDERINGS: Readonly<Record<FailureCode, Rendering>> = {
  UNAUTHENTICATED: access("UNAUTHORIZED", 401),
  TOKEN_EXPIRED: access("ACCESS_TOKEN_EXPIRED", 401),
  TOKEN_REVOKED: access("ACCESS_TOKEN_REVOKED", 401),
  RATE_LIMITED: { status: 429, category: "RATE_LIMIT_ERROR", code: "RATE_LIMITED" },
  UNKNOWN_OPERATION: request("NOT_FOUND", 404),
  METHOD_NOT_ALLOWED: request("METHOD_NOT_ALLOWED", 405),
  INSUFFICIENT_SCOPE: access("INSUFFICIENT_SCOPES", 403),
  UNSUPPORTED_MEDIA_TYPE: request("UNSUPPORTED_MEDIA_TYPE", 415),
  BODY_TOO_LARGE: request("REQUEST_ENTITY_TOO_LARGE", 413),
  MALFORMED_JSON: request("EXPECTED_JSON_BODY"),
  UNKNOWN_FIELD: request("UNKNOWN_BODY_PARAMETER"),
  MISSING_FIELD: request("MISSING_REQUIRED_PARAMETER"),
  WRONG_TYPE: request("INCORRECT_TYPE"),
  UNKNOWN_VALUE: request("INVALID_ENUM_VALUE"),
  INVALID_VALUE: request("INVALID_VALUE"),
  TOO_SHORT: request("VALUE_TOO_SHORT"),
  TOO_LONG: request("VALUE_TOO_LONG"),
  TOO_FEW: request("ARRAY_EMPTY"),
  TOO_MANY: request("ARRAY_LENGTH_TOO_LONG"),
  TOO_LOW: request("VALUE_TOO_LOW"),
  TOO_HIGH: request("VALUE_TOO_HIGH"),
  INVALID_QUANTITY: request("INVALID_VALUE"),
  INVALID_TIME: request("INVALID_TIME"),
  INVALID_TIME_RANGE: request("INVALID_TIME_RANGE"),
  INVALID_CURSOR: request("INVALID_CURSOR"),
  CONFLICTING_FIELDS: request("CONFLICTING_PARAMETERS"),
  FORBIDDEN_TRANSITION: request("INVALID_VALUE"),
  SAME_LOCATION: request("INVALID_VALUE"),
  IDEMPOTENCY_KEY_REUSED: request("IDEMPOTENCY_KEY_REUSED"),
  NOT_FOUND: request("NOT_FOUND", 404),
  NOT_COUNTABLE: request("INVALID_VALUE"),
  ALREADY_EXISTS: request("CONFLICT", 409),
  VERSION_MISMATCH: request("VERSION_MISMATCH"),
  COUNT_OUT_OF_RANGE: request("VALUE_TOO_HIGH"),
  NOT_CONFIGURED: request("FORBIDDEN", 403),
  UNAVAILABLE: { status: 503, category: "API_ERROR", code: "SERVICE_UNAVAILABLE" },
  INTERNAL: { status: 500, category: "API_ERROR", code: "INTERNAL_SERVER_ERROR" },
};

/** The sentences integrators of Square look for; ours for everything Square has none for. */
function detailOf(failure: Failure): string {
  const { code, subject } = failure;
  if (code === "IDEMPOTENCY_KEY_REUSED")
    return "The idempotency key can only be retried with the same request data.";
  const isOurs = "isOurSentence" in failure && failure.isOurSentence === true;
  if (code === "NOT_FOUND" && subject !== undefined && !isOurs)
    return subject.kind === "location"
      ? `This merchant does not have a location with the ID \`${subject.id}\`.`
      : `Object \`${subject.id}\` not found.`;
  return describe(failure);
}

function fieldOf(failure: Failure): { field?: string } {
  if (failure.path.length === 0) return {};
  return { field: formatPath(failure.path) };
}

function codeOf(failure: Failure): string {
  if ("squareCode" in failure && typeof failure.squareCode === "string") return failure.squareCode;
  return RENDERINGS[failure.code].code;
}

/** Seconds to wait when a refusal invites a retry but names no wait of its own. */
const RETRY_AFTER_SECONDS = 1;

/** The answer to a refused request. The status is the first failure's, as Square's is. */
export function refusalResponse(refusal: Refusal): Response {
  const [first] = refusal.failures;
  const errors = refusal.failures.map((failure): SquareError => ({
    category: RENDERINGS[failure.code].category,
    code: codeOf(failure),
    detail: detailOf(failure),
    ...fieldOf(failure),
  }));
  const headers = new Headers();
  const { kind, retryable } = FAILURES[first.code];
  if (retryable && kind !== "internal")
    headers.set("Retry-After", String(first.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
  const { status } = RENDERINGS[first.code];
  if (status === 401) headers.set("WWW-Authenticate", "Bearer");
  return Response.json({ errors }, { status, headers });
}
