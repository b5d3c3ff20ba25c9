import type { Operation, Operations } from "@bincard/contracts";
import {
  count,
  feedCursor,
  item,
  KEY,
  location,
  merchant,
  newCount,
  newItem,
  physicalCount,
  token,
} from "./examples.ts";
import { WEBHOOK_WORDS } from "./webhook-words.ts";
import type { Words } from "./words.ts";

/** A new operation does not compile until it has words. */
type AllWords = {
  readonly [Room in keyof Operations]: {
    readonly [Verb in keyof Operations[Room]]: Operations[Room][Verb] extends infer Op extends
      Operation
      ? Words<Op>
      : never;
  };
};

const COUNTING = ["NOT_FOUND", "NOT_COUNTABLE", "COUNT_OUT_OF_RANGE"] as const;
const ONCE =
  "The idempotency key has one effect for ever: the same key with the same body answers the same changes again, " +
  "with another body it is refused.";
const PAGED =
  "A follow-up page repeats the filters and adds the cursor of the page before it. A cursor does not expire.";

export const TRPC_WORDS: AllWords = {
  changes: {
    create: {
      summary: "Records counts, adjustments and transfers, all or none",
      description: ONCE,
      refusals: ["IDEMPOTENCY_KEY_REUSED", ...COUNTING],
      input: { idempotencyKey: KEY, changes: [newCount] },
      answer: {
        changes: [physicalCount],
        counts: [count],
        position: 1,
        idempotencyKey: KEY,
        replayed: false,
      },
    },
    list: {
      summary: "What was recorded, oldest first",
      description: PAGED,
      refusals: [],
      input: { catalogObjectIds: ["TEA-100G"], types: ["PHYSICAL_COUNT"] },
      answer: { changes: [physicalCount] },
    },
    get: {
      summary: "One recorded change",
      refusals: ["NOT_FOUND"],
      input: { id: physicalCount.id },
      answer: { change: physicalCount },
    },
    ofObject: {
      summary: "What was recorded of one catalog object, newest first",
      description: PAGED,
      refusals: ["NOT_FOUND"],
      input: { catalogObjectId: "TEA-100G" },
      answer: { changes: [physicalCount] },
    },
  },
  counts: {
    list: {
      summary: "What there is, newest calculation first",
      description: PAGED,
      refusals: [],
      input: { locationIds: ["SHOP"], states: ["IN_STOCK"] },
      answer: { counts: [count] },
    },
    ofObject: {
      summary: "What there is of one catalog object, at every location",
      description: PAGED,
      refusals: ["NOT_FOUND"],
      input: { catalogObjectId: "TEA-100G" },
      answer: { counts: [count] },
    },
  },
  feed: {
    read: {
      summary: "Every change in commit order, from a place on",
      description: "It misses nothing and repeats nothing. The cursor is given on every page.",
      refusals: [],
      input: { after: feedCursor },
      answer: {
        changes: [physicalCount],
        counts: [{ ...count, position: 1 }],
        cursor: feedCursor,
        more: false,
        position: 1,
      },
    },
    follow: {
      summary: "The same as it grows, as server-sent events",
      description: "Each event's data is a page, and its id the cursor to go on from.",
      refusals: [],
      input: { after: feedCursor },
      answer: { changes: [], counts: [], cursor: feedCursor, more: false, position: 1 },
    },
    locate: {
      summary: "The place in the feed where a time lies",
      refusals: [],
      input: { receivedBy: physicalCount.createdAt },
      answer: { cursor: feedCursor, position: 1 },
    },
    snapshot: {
      summary: "Every count, for a copy that begins, and the place in the feed to go on from",
      description: `${PAGED} What moves meanwhile is told again by the feed from that place.`,
      refusals: [],
      input: {},
      answer: { counts: [{ ...count, position: 1 }], place: { cursor: feedCursor, position: 1 } },
    },
    checksum: {
      summary: "What a copy of the counts proves itself with",
      refusals: [],
      input: {},
      answer: {
        changes: [],
        counts: [],
        cursor: feedCursor,
        more: false,
        position: 1,
        standing: { counts: 1, checksum: "871349205511983471" },
      },
    },
  },
  catalog: {
    upsert: {
      summary: "Makes or updates items and variations, all or none",
      description: ONCE,
      refusals: ["IDEMPOTENCY_KEY_REUSED", "NOT_FOUND", "ALREADY_EXISTS", "VERSION_MISMATCH"],
      input: { idempotencyKey: KEY, objects: [newItem] },
      answer: { objects: [item], idMappings: [], idempotencyKey: KEY, replayed: false },
    },
    get: {
      summary: "One item or variation",
      refusals: ["NOT_FOUND"],
      input: { id: item.id },
      answer: { object: item },
    },
    list: {
      summary: "Items and variations by id",
      description: PAGED,
      refusals: [],
      input: { text: "green tea" },
      answer: { objects: [item] },
    },
    delete: {
      summary: "Deletes items and variations, all or none",
      description: "An item takes its variations along. Counts and changes stay.",
      refusals: ["NOT_FOUND"],
      input: { ids: [item.id] },
      answer: { deletedIds: [item.id, "TEA-100G"], deletedAt: physicalCount.createdAt },
    },
  },
  locations: {
    create: {
      summary: "Makes a location",
      refusals: ["ALREADY_EXISTS"],
      input: { id: "SHOP", name: "High Street", timezone: "Europe/London" },
      answer: { location },
    },
    get: {
      summary: "One location",
      refusals: ["NOT_FOUND"],
      input: { id: "SHOP" },
      answer: { location },
    },
    list: {
      summary: "Every location, oldest first",
      description: PAGED,
      refusals: [],
      input: {},
      answer: { locations: [location] },
    },
    update: {
      summary: "Changes the fields named, and leaves the others",
      refusals: ["NOT_FOUND", "ALREADY_EXISTS"],
      input: { id: "SHOP", status: "INACTIVE" },
      answer: { location: { ...location, status: "INACTIVE" } },
    },
  },
  webhooks: WEBHOOK_WORDS,
  merchants: {
    create: {
      summary: "Makes a merchant",
      refusals: [],
      input: { name: merchant.name },
      answer: { merchant },
    },
    list: {
      summary: "Every merchant",
      description: PAGED,
      refusals: [],
      input: {},
      answer: { merchants: [merchant] },
    },
  },
  tokens: {
    create: {
      summary: "Makes a token; its secret is shown this once",
      description: "An application id that is known keeps its name: another is ALREADY_EXISTS.",
      refusals: ["NOT_FOUND", "ALREADY_EXISTS"],
      input: { application: token.application, scopes: [...token.scopes] },
      answer: { token: "bincard_1yFq…", info: token },
    },
    list: {
      summary: "A merchant's tokens, without their secrets",
      description: PAGED,
      refusals: ["NOT_FOUND"],
      input: {},
      answer: { tokens: [token] },
    },
    revoke: {
      summary: "Ends a token",
      refusals: ["NOT_FOUND"],
      input: { id: token.id },
      answer: { info: { ...token, revokedAt: physicalCount.createdAt } },
    },
    current: {
      summary: "Whose the token is that asks",
      refusals: [],
      input: {},
      answer: { info: token, merchant },
    },
  },
  ledger: {
    verify: {
      summary: "Recomputes every count from the changes and names each difference",
      refusals: [],
      input: {},
      answer: {
        merchantId: merchant.id,
        position: 1,
        changes: 1,
        counts: 1,
        findingCount: 0,
        findings: [],
      },
    },
  },
};

/** `wordsOf("changes.create")`; every operation has some. */
export function wordsOf(name: string): Words {
  const found = Object.entries(TRPC_WORDS)
    .flatMap(([room, verbs]) =>
      Object.entries<Words>(verbs).map(([verb, words]) => [`${room}.${verb}`, words] as const),
    )
    .find(([named]) => named === name);
  if (found === undefined) throw new Error(`${name} is not an operation`);
  return found[1];
}
