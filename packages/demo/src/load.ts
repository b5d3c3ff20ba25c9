import type { Bincard, OutputOf } from "@bincard/client";
import { type Batch, demoBatches, type Places } from "./batches.ts";
import { CATALOG } from "./catalog.ts";

export interface LoadOptions {
  /** Another seed tells another story; 1 when left out. */
  readonly seed?: number;
  /** The story ends in this hour: now, when left out. A demo that is there already keeps its own. */
  readonly now?: Date;
  /** Told after each batch. */
  readonly onProgress?: (done: number, batches: number) => void;
  readonly signal?: AbortSignal;
}

export interface DemoLoaded {
  readonly locations: number;
  readonly variations: number;
  readonly changes: number;
  /** Whether all of it was there before. */
  readonly replayed: boolean;
}

/** Nothing was written: why not, and what could be done. */
export class DemoRefused extends Error {
  override readonly name = "DemoRefused";
  readonly code: "NOT_EMPTY" | "SCOPES";
  readonly scopes: readonly string[];

  constructor(code: DemoRefused["code"], message: string, scopes: readonly string[] = []) {
    super(message);
    this.code = code;
    this.scopes = scopes;
  }
}

const NEEDED = [
  "INVENTORY_READ",
  "INVENTORY_WRITE",
  "INVENTORY_BACKDATE",
  "ITEMS_WRITE",
  "MERCHANT_PROFILE_READ",
  "MERCHANT_PROFILE_WRITE",
] as const;

const NAMES: Readonly<Record<keyof Places, string>> = {
  highStreet: "High Street",
  riverside: "Riverside",
  warehouse: "Warehouse",
};
/** What a merchant is born with. Where nothing has happened yet it becomes the first shop. */
const BORN_WITH = "Main";
const HOUR_MS = 3_600_000;
const REFERENCE = /^Demo (\d{1,9}) until (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/;

/**
 * Puts the demo's story into an empty ledger. Run again it changes nothing; after an interruption it goes on where it
 * stopped: every request has its own key, and the story's end stands in its first change (L6).
 * @throws DemoRefused when the ledger has changes of somebody else, or the token may not do all of it.
 */
export async function loadDemo(client: Bincard, options: LoadOptions = {}): Promise<DemoLoaded> {
  const { onProgress, signal } = options;
  const asking = { ...(signal !== undefined && { signal }) };
  await mayLoad(client, asking);
  const told = await storyOf(client, options);
  const places = await placesOf(client, asking);
  const catalog = await client.catalog.upsert(
    { idempotencyKey: `demo-catalog-${told.seed}`, objects: [...CATALOG] },
    asking,
  );
  const reference = `Demo ${told.seed} until ${told.until.toISOString()}`;
  const batches = demoBatches({ ...told, places, reference });
  let changes = 0;
  let isReplayed = catalog.replayed;
  for (const [at, batch] of batches.entries()) {
    const answer = await client.changes.create(requestOf(batch), asking);
    changes += answer.changes.length;
    isReplayed &&= answer.replayed;
    onProgress?.(at + 1, batches.length);
  }
  const variations = catalog.objects.reduce(
    (sum, object) => sum + (object.type === "ITEM" ? object.variations.length : 1),
    0,
  );
  return { locations: Object.keys(NAMES).length, variations, changes, replayed: isReplayed };
}

/** A stock-take that finds what the ledger says is part of the story. */
function requestOf({ idempotencyKey, changes }: Batch) {
  return { idempotencyKey, changes: [...changes], ignoreUnchangedCounts: false };
}

interface Asking {
  readonly signal?: AbortSignal;
}

async function mayLoad(client: Bincard, asking: Asking): Promise<void> {
  const { info } = await client.tokens.current({}, asking);
  const missing = NEEDED.filter((scope) => !info.scopes.includes(scope));
  if (missing.length === 0) return;
  throw new DemoRefused("SCOPES", `the token lacks ${missing.join(", ")}`, missing);
}

/** Which story this ledger has begun, if it is one of ours; otherwise a new one. */
async function storyOf(
  client: Bincard,
  { seed = 1, now = new Date(), signal }: LoadOptions,
): Promise<{ readonly seed: number; readonly until: Date }> {
  const asking = { ...(signal !== undefined && { signal }) };
  const { changes } = await client.feed.read({ limit: 1 }, asking);
  const [first] = changes;
  if (first === undefined) {
    return { seed, until: new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS) };
  }
  const [, known, until] = REFERENCE.exec(first.referenceId ?? "") ?? [];
  if (until !== undefined && Number(known) === seed) return { seed, until: new Date(until) };
  throw new DemoRefused(
    "NOT_EMPTY",
    until === undefined
      ? "this ledger has changes of its own: the demo goes into an empty one"
      : `this ledger holds the demo of seed ${known ?? ""}`,
  );
}

type Location = OutputOf<"locations.list">["locations"][number];

async function placesOf(client: Bincard, asking: Asking): Promise<Places> {
  const known: Location[] = [];
  for await (const location of client.locations.list.each({}, asking)) known.push(location);
  const idOf = async (name: string): Promise<string> => {
    const found = known.find((location) => location.name === name);
    if (found !== undefined) return found.id;
    const [only] = known;
    const isNew = known.length === 1 && only?.name === BORN_WITH;
    const { location } =
      isNew && only !== undefined
        ? await client.locations.update({ id: only.id, name }, asking)
        : await client.locations.create({ name }, asking);
    if (isNew) known.splice(0, 1);
    known.push(location);
    return location.id;
  };
  return {
    highStreet: await idOf(NAMES.highStreet),
    riverside: await idOf(NAMES.riverside),
    warehouse: await idOf(NAMES.warehouse),
  };
}
