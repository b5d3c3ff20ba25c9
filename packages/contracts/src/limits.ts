/**
 * Every bound in the product, with its unit in the name. A limit that is not here does not exist;
 * each has a test that crosses it.
 */
export const LIMITS = {
  /** Changes in one `changes.create`. The Square door takes fewer: `squareChangesPerRequest`. */
  changesPerRequest: 1_000,
  squareChangesPerRequest: 100,
  /** Ids in one filter, and ids in one batch retrieve. */
  idsPerFilter: 1_000,
  pageSizeDefault: 100,
  pageSizeMax: 1_000,
  catalogObjectsPerUpsert: 10_000,
  catalogObjectsPerBatch: 1_000,
  variationsPerItem: 250,
  catalogIdsPerDelete: 200,
  idempotencyKeyCharacters: 128,
  catalogIdCharacters: 100,
  locationIdCharacters: 32,
  referenceIdCharacters: 255,
  personIdCharacters: 100,
  nameCharacters: 255,
  /** Item names may be longer than other names (Square allows 512). */
  itemNameCharacters: 512,
  descriptionCharacters: 4_096,
  /** The longest IANA name of a time zone has half of that. */
  timezoneCharacters: 64,
  searchTextCharacters: 255,
  /** JSON text of the fields an object carries along without Bincard reading them. */
  extraCharacters: 16_384,
  /** Levels of objects and lists within one of those fields. */
  extraDepth: 32,
  cursorCharacters: 1_024,
  quantityCharacters: 26,
  quantityPlaces: 5,
  timeFractionDigits: 9,
  /** `occurredAt` may be this much older than the request without INVENTORY_BACKDATE. */
  occurredAtAgeHours: 24,
  /** No `occurredAt` lies before this year, whatever the token carries. */
  occurredAtEarliestYear: 1_900,
  /** `occurredAt` may be this far ahead of our clock: tills' clocks run fast. */
  occurredAtFutureSeconds: 60,
  /** Faults one refusal lists, the first by precedence. */
  failuresPerRefusal: 1_000,
  /** Calls that one HTTP request may carry when a tRPC client batches them. */
  callsPerTrpcBatch: 50,
  bodyBytes: 8 * 1_024 * 1_024,
  /** Levels of objects and lists within a body. */
  bodyDepth: 64,
  /** Reads of one token, unless BINCARD_RATE_LIMIT_READS says otherwise. */
  readsPerSecond: 1_000,
  readsBurst: 3_000,
  /** Writes of one token, unless BINCARD_RATE_LIMIT_WRITES says otherwise. */
  writesPerSecond: 1_000,
  writesBurst: 3_000,
  /** Each so many bytes of a body count as another write. */
  bodyBytesPerWrite: 16 * 1_024,
  /** Requests of one address without a valid token, unless BINCARD_RATE_LIMIT_STRANGERS says otherwise. */
  strangersPerSecond: 10,
  strangersBurst: 100,
  /** Requests of one merchant being answered, unless BINCARD_IN_FLIGHT_PER_MERCHANT says otherwise. */
  inFlightPerMerchant: 512,
  /** Requests being answered by one process, unless BINCARD_IN_FLIGHT says otherwise. */
  inFlight: 4_096,
  /** Reads and small writes that one process has the database work on at once. */
  queries: 6,
  /** Of those, how many one merchant may have. */
  queriesPerMerchant: 4,
  /** A page of more rows than this has a place of its own … */
  largeReadRows: 200,
  /** … of so many in one process … */
  largeReads: 3,
  /** … and so many for one merchant. */
  largeReadsPerMerchant: 2,
  /** Of one process's time, what one merchant may use while others are there as well. */
  sharePerMerchant: 0.5,
  /** Open connections of one process, unless BINCARD_MAX_CONNECTIONS says otherwise. */
  connections: 8_192,
  /** A request's headers must have come within this. */
  headersSeconds: 15,
  /** A whole request must have come within this. */
  requestSeconds: 120,
  /** A connection that is kept open for the next request is closed after this. */
  keepAliveSeconds: 65,
  /** A connection on which nothing moves while a request is answered is cut after this. */
  silentSeconds: 120,
  rootTokenCharactersMin: 32,
  tokenCharacters: 512,
  /** A console session ends this long after it was opened … */
  consoleSessionHours: 168,
  /** … and this long after it was last used. */
  consoleSessionIdleHours: 12,
  /** Console sessions of one token; the oldest ends when there is one more. */
  consoleSessionsPerToken: 50,
  /** A code that opens the console is good for this long, and once. */
  consoleCodeSeconds: 60,
  /** Unused codes of one token; the oldest is void when there is one more. */
  consoleCodesPerToken: 10,
  /** A body that signs in at the console: a token or a code. */
  consoleBodyBytes: 4_096,
  /** Open `feed.follow` connections of one token, at one server. */
  followersPerToken: 256,
  /** Open `feed.follow` connections of one merchant, whichever tokens it has, at one server. */
  followersPerMerchant: 512,
  /** Open `feed.follow` connections of one server process. */
  followersPerServer: 2_048,
  /** Subscriptions of one merchant that are not deleted. */
  webhookSubscriptions: 100,
  webhookNameCharacters: 64,
  webhookUrlCharacters: 2_048,
  webhookIdCharacters: 64,
  /** Event types that one subscription names. */
  webhookEventTypes: 100,
  /** Counts in one delivery, which is Square's bound, too. */
  webhookCountsPerDelivery: 100,
  /** A receiver must have answered within this. */
  webhookSeconds: 10,
  /** What of a receiver's answer is read, and thrown away, before its connection is cut. */
  webhookAnswerBytes: 64 * 1_024,
  /** Attempts at one delivery: the first, and Square's eleven. */
  webhookAttempts: 12,
  /** Retries to one receiver that are under way at once, at one server. */
  webhookRetriesAtOnce: 4,
  /** Receivers that one server process sends to at once … */
  webhookReceiversAtOnce: 256,
  /** … and how many of these may be ones that have been failing. */
  webhookFailingReceiversAtOnce: 128,
  /** A subscription whose attempts have failed for this long, each of them, is disabled, as at Square. */
  webhookFailingDays: 21,
  /** After a key was rotated, Standard Webhooks' header carries the old signature, too, for this long. */
  webhookOldKeyHours: 24,
  /** Positions that one `webhooks.replay` tells anew. */
  webhookPositionsPerReplay: 100_000,
  /** What has been delivered, or given up, is kept for this long. */
  webhookDeliveryDays: 30,
  /** The name of an import map, which is part of its idempotency keys. */
  importMapNameCharacters: 32,
  /** Rules that one import map has for what a row says. */
  importMapRules: 10,
  /** Findings one `ledger.verify` lists; it counts them all. */
  findingsPerVerify: 1_000,
} as const;
