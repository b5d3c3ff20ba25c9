export type { CallOptions, Retrying } from "./call.ts";
export {
  type Bincard,
  type BincardOptions,
  createBincard,
  type KeyedInput,
  type KeyedMethod,
  type Method,
} from "./client.ts";
export {
  AbortedError,
  AuthenticationError,
  BincardError,
  ConflictError,
  type ErrorCode,
  InternalError,
  InvalidRequestError,
  isBincardError,
  NetworkError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  type TransportCode,
  UnavailableError,
} from "./errors.ts";
export type { FeedPage, Follow, FollowInput, FollowOptions } from "./follow.ts";
export { makeIdempotencyKey } from "./idempotency.ts";
export type { Listing } from "./listing.ts";
export type { InputOf, OperationName, OutputOf, RowOf } from "./operations.ts";
export type { WaitOptions } from "./reached.ts";
export type { RetryPolicy } from "./retry.ts";
export type { Fetch } from "./transport.ts";
