import type { FailureCode } from "@bincard/contracts";

/** What a refusal means and what to do about it, in one or two sentences: a new code does not compile without. */
export const CAUSES: Readonly<Record<FailureCode, string>> = {
  UNAUTHENTICATED: "No token, or one that this server never made. Send `Authorization: Bearer …`.",
  TOKEN_EXPIRED: "The token's `expiresAt` has passed. Have an ADMIN make another.",
  TOKEN_REVOKED: "The token was revoked. Have an ADMIN make another.",
  RATE_LIMITED:
    "Too many requests. Wait as long as `Retry-After` says, then send the same request.",
  UNKNOWN_OPERATION: "There is no such procedure or path.",
  METHOD_NOT_ALLOWED: "The path exists, but not under this HTTP method.",
  INSUFFICIENT_SCOPE: "The token is valid and lacks the scope that the message names.",
  UNSUPPORTED_MEDIA_TYPE: "The body's content type is not JSON.",
  BODY_TOO_LARGE: "The body exceeds `bodyBytes`. Send less at once.",
  MALFORMED_JSON: "The body is not JSON, or not the JSON object that was expected.",
  UNKNOWN_FIELD: "The request has a field that the operation does not know: often a spelling.",
  MISSING_FIELD: "A required field is absent.",
  WRONG_TYPE: "A field has another JSON type than documented, such as a number for a quantity.",
  UNKNOWN_VALUE: "A field that takes one of a few values has another one.",
  INVALID_VALUE: "A field breaks a rule that the message names.",
  TOO_SHORT: "A text is shorter than permitted.",
  TOO_LONG: "A text is longer than permitted.",
  TOO_FEW: "A list has fewer entries than permitted: an empty batch, an empty filter.",
  TOO_MANY: "A list has more entries than permitted. Send several requests.",
  TOO_LOW: "A number is below what is permitted.",
  TOO_HIGH: "A number is above what is permitted.",
  INVALID_QUANTITY:
    "Not an exact decimal in text with at most 5 places and 26 characters, or not above zero where it must be.",
  INVALID_TIME:
    "Not an RFC 3339 time with a zone; or `occurredAt` lies further back than the token may report, or ahead of the server's clock; or a token's `expiresAt` has passed.",
  INVALID_TIME_RANGE: "`updatedBefore` is not after `updatedAfter`.",
  INVALID_CURSOR: "The cursor was altered, or sent with other filters than it was answered to.",
  CONFLICTING_FIELDS: "Two fields say different things about the same.",
  FORBIDDEN_TRANSITION:
    "Quantity cannot go from this state to that one. The message lists what is permitted.",
  SAME_LOCATION: "A transfer names one location twice.",
  IDEMPOTENCY_KEY_REUSED:
    "The key was used for another request. A new request wants a new key; a retry sends the same body.",
  NOT_FOUND: "What the request names does not exist for this merchant, or is deleted.",
  NOT_COUNTABLE: "The catalog object is an ITEM; only its variations are counted.",
  ALREADY_EXISTS: "Something with this id or name is there already.",
  VERSION_MISMATCH:
    "The object was changed since the version the update was made from. Read it again.",
  COUNT_OUT_OF_RANGE: "The resulting count could not be written in 26 characters.",
  NOT_CONFIGURED:
    "This server was started without what the operation needs. The message names the setting.",
  UNAVAILABLE:
    "The server is starting, stopping or cannot reach its database. Send the same request with the same key again.",
  INTERNAL: "A fault of Bincard's; its log has the cause. Retrying with the same key is safe.",
};
