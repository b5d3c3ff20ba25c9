import {
  describe,
  type Failure,
  type FailureCode,
  ourFault,
  Refusal,
  refuse,
} from "@bincard/contracts";
import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY, type TRPC_ERROR_CODE_KEY } from "@trpc/server/rpc";

/** How this door renders each refusal. The HTTP status follows from tRPC's code. */
const TRPC_CODES: Readonly<Record<FailureCode, TRPC_ERROR_CODE_KEY>> = {
  UNAUTHENTICATED: "UNAUTHORIZED",
  TOKEN_EXPIRED: "UNAUTHORIZED",
  TOKEN_REVOKED: "UNAUTHORIZED",
  RATE_LIMITED: "TOO_MANY_REQUESTS",
  UNKNOWN_OPERATION: "NOT_FOUND",
  METHOD_NOT_ALLOWED: "METHOD_NOT_SUPPORTED",
  INSUFFICIENT_SCOPE: "FORBIDDEN",
  UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
  BODY_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  MALFORMED_JSON: "PARSE_ERROR",
  UNKNOWN_FIELD: "BAD_REQUEST",
  MISSING_FIELD: "BAD_REQUEST",
  WRONG_TYPE: "BAD_REQUEST",
  UNKNOWN_VALUE: "BAD_REQUEST",
  INVALID_VALUE: "BAD_REQUEST",
  TOO_SHORT: "BAD_REQUEST",
  TOO_LONG: "BAD_REQUEST",
  TOO_FEW: "BAD_REQUEST",
  TOO_MANY: "BAD_REQUEST",
  TOO_LOW: "BAD_REQUEST",
  TOO_HIGH: "BAD_REQUEST",
  INVALID_QUANTITY: "BAD_REQUEST",
  INVALID_TIME: "BAD_REQUEST",
  INVALID_TIME_RANGE: "BAD_REQUEST",
  INVALID_CURSOR: "BAD_REQUEST",
  CONFLICTING_FIELDS: "BAD_REQUEST",
  FORBIDDEN_TRANSITION: "BAD_REQUEST",
  SAME_LOCATION: "BAD_REQUEST",
  // 422 as the IETF's Idempotency-Key draft has it: 409 would invite the same request again.
  IDEMPOTENCY_KEY_REUSED: "UNPROCESSABLE_CONTENT",
  NOT_FOUND: "NOT_FOUND",
  NOT_COUNTABLE: "CONFLICT",
  ALREADY_EXISTS: "CONFLICT",
  VERSION_MISMATCH: "CONFLICT",
  COUNT_OUT_OF_RANGE: "CONFLICT",
  NOT_CONFIGURED: "PRECONDITION_FAILED",
  UNAVAILABLE: "SERVICE_UNAVAILABLE",
  INTERNAL: "INTERNAL_SERVER_ERROR",
};

/** The one place where a refusal becomes a tRPC error. */
export function asTRPCError(refusal: Refusal): TRPCError {
  const [first] = refusal.failures;
  return new TRPCError({
    code: TRPC_CODES[first.code],
    message: describe(first),
    cause: refusal,
  });
}

/**
 * The refusal in any error that reaches this door: ours where one was thrown, tRPC's own words put
 * into our vocabulary, and INTERNAL without a word of the original for everything else.
 */
export function refusalOf(error: TRPCError): Refusal {
  const { cause, code } = error;
  if (cause instanceof Refusal) return cause;
  if (code === "METHOD_NOT_SUPPORTED")
    return refuse("METHOD_NOT_ALLOWED", "queries are asked by GET or POST, mutations by POST");
  if (code === "UNSUPPORTED_MEDIA_TYPE")
    return refuse("UNSUPPORTED_MEDIA_TYPE", "the content type must be application/json");
  if (code === "NOT_FOUND" && cause === undefined)
    return refuse("UNKNOWN_OPERATION", "there is no such operation");
  if (code === "PARSE_ERROR")
    return refuse("MALFORMED_JSON", "a parameter of the URL is not the JSON it should be");
  if (code !== "BAD_REQUEST") return ourFault();
  if (cause instanceof URIError)
    return refuse("UNKNOWN_OPERATION", "the path is not valid percent-encoding");
  if (cause instanceof SyntaxError) return refuse("MALFORMED_JSON", "the input is not valid JSON");
  if (cause === undefined) return refuse("INVALID_VALUE", error.message);
  return refuse("MALFORMED_JSON", "the body could not be read to its end");
}

/** What a refused call is answered with, under `error`. */
export interface ErrorShape {
  /** The first failure's path and message in one sentence. */
  message: string;
  /** JSON-RPC's number for `data.code`. */
  code: (typeof TRPC_ERROR_CODES_BY_KEY)[TRPC_ERROR_CODE_KEY];
  data: {
    code: TRPC_ERROR_CODE_KEY;
    httpStatus: number;
    /** The operation, such as "changes.create", where the request named one. */
    path?: string;
    /** The request's name in the server's log, as in the header `X-Request-Id`. */
    requestId?: string;
    /** At least one, in order of precedence; the first decides the status. */
    failures: readonly Failure[];
  };
}

export function errorShape(
  refusal: Refusal,
  operation: string | undefined,
  requestId?: string,
): ErrorShape {
  const error = asTRPCError(refusal);
  return {
    message: error.message,
    code: TRPC_ERROR_CODES_BY_KEY[error.code],
    data: {
      code: error.code,
      httpStatus: getHTTPStatusCodeFromError(error),
      ...(operation === undefined || operation === "" ? {} : { path: operation }),
      ...(requestId === undefined ? {} : { requestId }),
      failures: refusal.failures,
    },
  };
}

/** The seconds of a `Retry-After` header: the longest that any of the errors asks for. */
export function retryAfterSeconds(errors: readonly TRPCError[]): number | undefined {
  const waits = errors.flatMap((error) => refusalOf(error).failures[0].retryAfterSeconds ?? []);
  return waits.length === 0 ? undefined : Math.ceil(Math.max(...waits));
}

/**
 * The answer to a request that is refused without tRPC's help: before any procedure is looked for, or, when
 * `operation` names one, within it.
 */
export function answerRefusal(
  refusal: Refusal,
  {
    requestId,
    operation,
  }: { readonly requestId?: string; readonly operation?: string | undefined } = {},
): Response {
  const seconds = retryAfterSeconds([asTRPCError(refusal)]);
  const error = errorShape(refusal, operation, requestId);
  return Response.json(
    { error },
    {
      status: error.data.httpStatus,
      headers: {
        ...(seconds === undefined ? {} : { "retry-after": String(seconds) }),
        // RFC 9110: whoever is asked who they are is told how to say it.
        ...(error.data.httpStatus === 401 ? { "www-authenticate": "Bearer" } : {}),
      },
    },
  );
}
