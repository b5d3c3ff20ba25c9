export {
  type Application,
  type Merchant,
  type Principal,
  type Scope,
  SCOPES,
  type TokenInfo,
} from "./access.ts";
export {
  CATALOG_OBJECT_TYPES,
  type CatalogObject,
  type CatalogObjectInput,
  type CatalogObjectType,
  type Item,
  type ItemVariation,
  type ParsedCatalogObject,
} from "./catalog.ts";
export {
  type Adjustment,
  type Change,
  CHANGE_TYPES,
  type ChangeInput,
  type ChangesPage,
  type ChangeType,
  type CreateChangesOutput,
  type ParsedChange,
  type PhysicalCount,
  type Transfer,
} from "./change.ts";
export type { Count, CountsPage } from "./count.ts";
export type { Extra } from "./extra.ts";
export {
  describe,
  type Failure,
  FAILURE_CODES,
  type FailureCode,
  type FailureKind,
  FAILURES,
  failuresOf,
  formatPath,
  inPrecedence,
  parseOrRefuse,
  type Path,
  ourFault,
  Refusal,
  refuse,
  type SubjectKind,
} from "./failure.ts";
export type { FeedChecksum, FeedCount, FeedPage, FeedPlace } from "./feed.ts";
export { type Answer, authorize, type Given, type Ledger, type Parsed } from "./ledger.ts";
export { LIMITS } from "./limits.ts";
export type { Location } from "./location.ts";
export { nouns } from "./nouns.ts";
export { type Operation, type OperationKind, type Operations, operations } from "./operations.ts";
export { fitsQuantity, formatQuantity, parseQuantity, type Scaled } from "./quantity.ts";
export {
  COUNTABLE_STATES,
  isTracked,
  PERMITTED_TRANSITIONS,
  type State,
  STATES,
  type Transition,
  TRANSITIONS,
} from "./state.ts";
export { canonicalTime, formatTime, type Micros, parseTime } from "./time.ts";
export type { Finding, VerifyOutput } from "./verification.ts";
export {
  WEBHOOK_DELIVERY_STATES,
  WEBHOOK_EVENT_TYPES,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookDeliveryState,
  type WebhookEventType,
  type WebhookFailureReason,
  type WebhookSubscription,
} from "./webhook.ts";
