import {
  type Failure,
  type FailureCode,
  type FailureKind,
  FAILURES,
} from "@bincard/contracts/failure";

/** Faults that no server answered with: they happened on the way. */
export type TransportCode =
  /** No answer: the connection failed, or broke before the answer was complete. */
  | "NETWORK_FAULT"
  /** No answer in time. */
  | "TIMED_OUT"
  /** An answer that is not Bincard's: a proxy's page, or the address of something else. */
  | "UNREADABLE_ANSWER"
  /** The caller's own AbortSignal ended the call. */
  | "ABORTED";
export type ErrorCode = FailureCode | TransportCode;

/** What every error of this client knows. */
export interface ErrorFacts {
  readonly code: ErrorCode;
  readonly message: string;
  /** Such as "changes.create". */
  readonly operation: string;
  /** Every fault the server named, in order of precedence. Empty for transport faults. */
  readonly failures: readonly Failure[];
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** The server's name for this request, to be found in its log. */
  readonly requestId: string | undefined;
  /** Whether the same request, with the same key, may succeed later. */
  readonly retryable: boolean;
  /** How long the server asked to wait before that, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  readonly cause: unknown;
}

const MARK = Symbol.for("@bincard/client/error");

/**
 * What every failed call rejects with. After a fault that leaves it open whether a keyed call took
 * effect, the same input with `idempotencyKey` settles it: the effect happens once in all (L6).
 */
export class BincardError extends Error {
  // Spelled out here and below, because a minifier renames classes.
  override readonly name: string = "BincardError";
  readonly code: ErrorCode;
  readonly operation: string;
  readonly failures: readonly Failure[];
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  /** The key the call was made under, whether the caller gave it or the client made it. */
  readonly idempotencyKey: string | undefined;
  /** Attempts made, the one that this error ended included. */
  readonly attempts: number;

  constructor(facts: ErrorFacts, sent: { idempotencyKey: string | undefined; attempts: number }) {
    super(facts.message, { cause: facts.cause });
    this.code = facts.code;
    this.operation = facts.operation;
    this.failures = facts.failures;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.retryable = facts.retryable;
    this.retryAfterMs = facts.retryAfterMs;
    this.idempotencyKey = sent.idempotencyKey;
    this.attempts = sent.attempts;
    Object.defineProperty(this, MARK, { value: true });
  }
}

/** No token, or one that is unknown, expired or revoked. */
export class AuthenticationError extends BincardError {
  override readonly name = "AuthenticationError";
}
/** The token lacks the scope this operation needs. */
export class PermissionError extends BincardError {
  override readonly name = "PermissionError";
}
/** The request is at fault; `failures` says where. */
export class InvalidRequestError extends BincardError {
  override readonly name = "InvalidRequestError";
}
/** Something the request names does not exist. */
export class NotFoundError extends BincardError {
  override readonly name = "NotFoundError";
}
/** The request does not fit what is stored. */
export class ConflictError extends BincardError {
  override readonly name = "ConflictError";
}
/** Too many requests; `retryAfterMs` says how long to wait. */
export class RateLimitError extends BincardError {
  override readonly name = "RateLimitError";
}
/** The server cannot answer now. */
export class UnavailableError extends BincardError {
  override readonly name = "UnavailableError";
}
/** The server failed; `requestId` finds it in its log. */
export class InternalError extends BincardError {
  override readonly name = "InternalError";
}
/** There was no answer, or none that is Bincard's. */
export class NetworkError extends BincardError {
  override readonly name = "NetworkError";
}
/** The caller's own AbortSignal ended the call; `cause` is the signal's reason. */
export class AbortedError extends BincardError {
  override readonly name = "AbortedError";
}

type ErrorClass = typeof BincardError;
const BY_KIND: Readonly<Record<FailureKind, ErrorClass>> = {
  authentication: AuthenticationError,
  permission: PermissionError,
  request: InvalidRequestError,
  missing: NotFoundError,
  conflict: ConflictError,
  rate: RateLimitError,
  unavailable: UnavailableError,
  internal: InternalError,
};
const BY_TRANSPORT: Readonly<Record<TransportCode, ErrorClass>> = {
  NETWORK_FAULT: NetworkError,
  TIMED_OUT: NetworkError,
  UNREADABLE_ANSWER: NetworkError,
  ABORTED: AbortedError,
};

/** The class for a code. A code of a newer server is judged by its HTTP status. */
export function errorClass(code: ErrorCode, status: number | undefined): ErrorClass {
  if (isTransport(code)) return BY_TRANSPORT[code];
  if (Object.hasOwn(FAILURES, code)) return BY_KIND[FAILURES[code].kind];
  return status !== undefined && status >= 500 ? InternalError : InvalidRequestError;
}

function isTransport(code: ErrorCode): code is TransportCode {
  return Object.hasOwn(BY_TRANSPORT, code);
}

/**
 * Whether a caught value is an error of this client, and of this code if one is named. Works across
 * realms and across two copies of the package, where `instanceof` does not.
 */
export function isBincardError(error: unknown): error is BincardError;
export function isBincardError<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is BincardError & { readonly code: Code };
export function isBincardError(error: unknown, code?: ErrorCode): boolean {
  if (typeof error !== "object" || error === null || !(MARK in error)) return false;
  return code === undefined || ("code" in error && error.code === code);
}
