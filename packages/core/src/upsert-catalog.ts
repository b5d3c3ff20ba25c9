import {
  type Answer,
  type Operations,
  type Parsed,
  type Principal,
  Refusal,
} from "@bincard/contracts";
import { fingerprintOf } from "./fingerprint.ts";
import { newCatalogObjectId } from "./ids.ts";
import { reusedKey } from "./record-changes.ts";
import {
  crowdedItems,
  gainsOf,
  repeatedIds,
  upsertFaults,
  type Wanted,
  wantedOf,
} from "./rules/upsert.ts";
import {
  countVariations,
  enterCatalog,
  type Entered,
  readObjects,
  readRows,
  type WrittenRow,
  writeRows,
} from "./store/catalog.ts";
import type { Connections, Database } from "./store/connect.ts";
import { type KeptAnswer, readKey, writeKey } from "./store/keys.ts";
import { inTransaction } from "./store/transaction.ts";

type Upsert = Operations["catalog"]["upsert"];

const OPERATION = "catalog.upsert";

/** All objects or none, once per key for ever (L6). New ones get an id unless they brought one. */
export async function upsertCatalog(
  { db }: Connections,
  principal: Principal,
  { idempotencyKey: key, objects }: Parsed<Upsert>,
): Promise<Answer<Upsert>> {
  const { merchantId, tokenId } = principal;
  const wanted = wantedOf(objects);
  const [repeated, ...rest] = repeatedIds(wanted);
  if (repeated !== undefined) throw new Refusal(repeated, ...rest);
  const fingerprint = fingerprintOf(OPERATION, objects);
  const { answer, replayed } = await inTransaction(db, async (transaction) => {
    const entered = await enterCatalog(transaction, merchantId);
    const known = await readKey(transaction, merchantId, key);
    if (known !== undefined) {
      if (known.operation !== OPERATION || known.fingerprint !== fingerprint) throw reusedKey();
      return { answer: known.answer, replayed: true };
    }
    const topLevel = new Set(objects.map(({ id }) => id));
    const written = await write(transaction, { merchantId, wanted, entered, topLevel });
    const operation = OPERATION;
    const answer = written;
    await writeKey(transaction, {
      merchantId,
      key,
      operation,
      fingerprint,
      answer,
      tokenId,
      entered,
    });
    return { answer, replayed: false };
  });
  if (answer.failures !== undefined) throw new Refusal(...answer.failures);
  return {
    objects: await readObjects(db, merchantId, answer.objectIds ?? []),
    idMappings: [...(answer.idMappings ?? [])],
    idempotencyKey: key,
    replayed,
  };
}

interface Writing {
  readonly merchantId: string;
  readonly wanted: readonly Wanted[];
  readonly entered: Entered;
  /** Ids of the request's own objects, as it names them: those are answered. */
  readonly topLevel: ReadonlySet<string>;
}

/** Writes the objects, or answers the failures that keep every one of them out. */
async function write(
  db: Database,
  { merchantId, wanted, entered, topLevel }: Writing,
): Promise<KeptAnswer> {
  const named = wanted.flatMap(({ id, itemId }) => (itemId === undefined ? [id] : [id, itemId]));
  const stored = await readRows(
    db,
    merchantId,
    [...new Set(named)].filter((id) => !id.startsWith("#")),
  );
  const existing = new Map(stored.map((row) => [row.id, row]));
  const [fault, ...rest] = upsertFaults(wanted, existing);
  if (fault !== undefined) return { failures: [fault, ...rest] };
  const gains = gainsOf(wanted, existing);
  // The merchant's row is held, so that nobody adds to these items between the counting and the writing.
  const counts = await countVariations(
    db,
    merchantId,
    [...gains.keys()].filter((id) => existing.has(id)),
  );
  const [crowded, ...others] = crowdedItems(gains, counts);
  if (crowded !== undefined) return { failures: [crowded, ...others] };
  const idMappings = wanted
    .filter(({ id }) => id.startsWith("#"))
    .map(({ id }) => ({ clientObjectId: id, objectId: newCatalogObjectId() }));
  const made = new Map(
    idMappings.map(({ clientObjectId, objectId }) => [clientObjectId, objectId]),
  );
  const idOf = (id: string): string => made.get(id) ?? id;
  const rows = wanted.map((object): WrittenRow => ({
    id: idOf(object.id),
    type: object.type,
    itemId: object.itemId === undefined ? null : idOf(object.itemId),
    name: object.name,
    description: object.description ?? null,
    sku: object.sku ?? null,
    upc: object.upc ?? null,
    extra: object.extra ?? null,
    version: (object.version ?? 0) + 1,
  }));
  await writeRows(db, merchantId, { rows, at: entered.at });
  const objectIds = wanted.filter(({ id }) => topLevel.has(id)).map(({ id }) => idOf(id));
  return { objectIds, idMappings };
}
