import fc from "fast-check";

/**
 * Values that mean something to the server, as words that are filled in when the request is sent: a request stays a
 * plain value that prints, shrinks and repeats.
 */
export const LOCATIONS = ["SHOP", "CELLAR", "VAN"] as const;
export const VARIATIONS = ["TEA-100G", "TEA-1KG", "RICE-1KG", "SALT-500G"] as const;
export const ITEMS = ["TEA", "RICE", "SALT"] as const;
/** What may be deleted without leaving the rest of a run nothing to count. */
export const SPARES = Array.from({ length: 40 }, (_, number) => `SPARE-${number}`);

/** Longer than any text that a request is likely to hold by itself. */
const WORD = /^@(change|cursor|token|hook|key|ago):(\d+)$/;

export interface Memory {
  readonly changes: readonly string[];
  readonly cursors: readonly string[];
  readonly tokens: readonly string[];
  /** Webhook subscriptions. */
  readonly hooks: readonly string[];
  /** Sets the keys of one run apart from those of another. */
  readonly keys: string;
  readonly now: () => number;
}

/** The text itself, or what the word stands for. */
export function filledIn(text: string, memory: Memory): string {
  const [, kind, digits] = WORD.exec(text) ?? [];
  const number = Number(digits);
  const among = (known: readonly string[]) => known[number % known.length] ?? "NOTHING-YET";
  switch (kind) {
    case "change":
      return among(memory.changes);
    case "cursor":
      return among(memory.cursors);
    case "token":
      return among(memory.tokens);
    case "hook":
      return among(memory.hooks);
    case "key":
      return `${memory.keys}-${number}`;
    case "ago":
      return new Date(memory.now() - number * 1_000).toISOString();
    default:
      return text;
  }
}

const word = (kind: string, max: number) => fc.nat({ max }).map((number) => `@${kind}:${number}`);

const locationId = fc.constantFrom(...LOCATIONS);
const variationId = fc.constantFrom(...VARIATIONS);
const anyObject = fc.constantFrom<string>(...VARIATIONS, ...ITEMS);
const newObject = fc.oneof(
  { weight: 1, arbitrary: anyObject },
  { weight: 8, arbitrary: fc.stringMatching(/^#[a-z]{3,8}$/) },
  { weight: 4, arbitrary: fc.stringMatching(/^[A-Z][A-Z0-9._~:-]{4,12}$/) },
);
const key = word("key", 1_000_000);
const quantity = fc.oneof(
  fc.integer({ min: 0, max: 500 }).map(String),
  fc.stringMatching(/^\d{1,4}\.\d{1,5}$/),
);
const moment = word("ago", 80_000);

/** What a text field of this name is likely to hold; `undefined` when nothing is known of it. */
export function likely(field: string, operation: string): fc.Arbitrary<string> | undefined {
  const name = field.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  switch (name) {
    case "catalogObjectId":
    case "catalogObjectIds":
      return fc.oneof({ weight: 9, arbitrary: variationId }, { weight: 1, arbitrary: anyObject });
    case "locationId":
    case "locationIds":
    case "fromLocationId":
    case "toLocationId":
      return locationId;
    case "objectId":
    case "objectIds":
    case "ids":
    case "itemId":
      if (/delete/i.test(operation)) return fc.constantFrom(...SPARES);
      return name === "itemId" ? fc.constantFrom<string>(...ITEMS) : anyObject;
    case "idempotencyKey":
      return key;
    case "quantity":
      return quantity;
    case "occurredAt":
    case "updatedAfter":
    case "updatedBefore":
    case "beginTime":
    case "receivedBy":
      return moment;
    case "cursor":
    case "after":
    case "lastEventId":
      return word("cursor", 1_000);
    case "adjustmentId":
    case "physicalCountId":
    case "transferId":
      return word("change", 1_000);
    case "expiresAt":
      return fc.constantFrom("2100-01-01T00:00:00Z", "2099-12-31T23:59:59.999999+14:00");
    case "timezone":
      return fc.constantFrom("Europe/London", "UTC", "Asia/Kathmandu");
    case "subscriptionId":
      return word("hook", 20);
    case "notificationUrl":
      return fc.constantFrom("https://shop.example/hooks", "https://10.0.0.1/", "nowhere");
    case "apiVersion":
      return fc.constantFrom("2026-09-16", "2026-05-20");
    case "id":
      return idOf(operation);
    default:
      return undefined;
  }
}

function idOf(operation: string): fc.Arbitrary<string> | undefined {
  if (/webhooks/i.test(operation)) return word("hook", 20);
  if (/changes/i.test(operation)) return word("change", 1_000);
  if (/upsert|post \/v2\/catalog\/object/i.test(operation)) return newObject;
  if (/catalog/i.test(operation)) return anyObject;
  if (/location/i.test(operation)) return locationId;
  if (/token/i.test(operation)) return word("token", 10);
  return undefined;
}
