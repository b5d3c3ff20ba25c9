import { operations, parseTime, type Path, Refusal } from "@bincard/contracts";
import { ask, type Call } from "./call.ts";
import { wireRefusal } from "./failures.ts";
import { fromObject, objectIds, objectPlaces, toObject } from "./translate-catalog.ts";
import { batchDeleteWire, batchUpsertWire, upsertWire, type WireObject } from "./wire-catalog.ts";
import { readWire, type Rename } from "./wire.ts";

interface Placed {
  readonly place: Path;
  readonly object: WireObject;
}

/** Every object of the request in one all-or-none upsert, wherever in the request it stood. */
async function upsertPlaced(
  { ledger, principal }: Call,
  { key, placed, list }: { key: string; placed: readonly Placed[]; list: Path },
) {
  const { objects, idMappings } = await ask(operations.catalog.upsert, {
    input: { idempotencyKey: key, objects: placed.map(({ object }) => toObject(object)) },
    // "Object `…` not found" would be wrong of a variation in an item's place, and of no help to an update.
    run: (parsed) => inOurSentences(ledger.catalog.upsert(principal, parsed)),
    rename: objectPlaces(
      placed.map(({ place, object }) => ({ place, type: object.type })),
      list,
    ),
  });
  const mappings = idMappings.map(({ clientObjectId, objectId }) => ({
    client_object_id: clientObjectId,
    object_id: objectId,
  }));
  return { objects, mappings };
}

async function inOurSentences<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [first, ...rest] = error.failures.map((failure) => ({ ...failure, isOurSentence: true }));
    throw first === undefined ? error : wireRefusal(first, ...rest);
  }
}

export async function upsert(call: Call) {
  const { idempotency_key: key, object } = readWire(upsertWire, call.body);
  const list = ["object"];
  const { objects, mappings } = await upsertPlaced(call, {
    key,
    placed: [{ place: list, object }],
    list,
  });
  return { catalog_object: objects.map(fromObject)[0], id_mappings: mappings };
}

/** Square takes each batch whole or not at all; here that holds for the request. */
export async function batchUpsert(call: Call) {
  const { idempotency_key: key, batches } = readWire(batchUpsertWire, call.body);
  const placed = batches.flatMap((batch, b) =>
    batch.objects.map((object, o) => ({ place: ["batches", b, "objects", o], object })),
  );
  const { objects, mappings } = await upsertPlaced(call, { key, placed, list: ["batches"] });
  return {
    objects: objects.map(fromObject),
    updated_at: newest(objects.map(({ updatedAt }) => updatedAt)),
    id_mappings: mappings,
  };
}

function newest(times: readonly string[]): string | undefined {
  const sorted = times.toSorted((a, b) => (parseTime(b) ?? 0) - (parseTime(a) ?? 0));
  return sorted[0];
}

async function remove(call: Call, { ids, rename }: { ids: readonly string[]; rename: Rename }) {
  const { deletedIds, deletedAt } = await ask(operations.catalog.delete, {
    input: { ids: [...ids] },
    run: (parsed) => call.ledger.catalog.delete(call.principal, parsed),
    rename,
  });
  return { deleted_object_ids: deletedIds, deleted_at: deletedAt };
}

export async function removeOne(call: Call) {
  return remove(call, { ids: [call.id], rename: () => ["object_id"] });
}

export async function removeMany(call: Call) {
  const { object_ids: ids } = readWire(batchDeleteWire, call.body);
  return remove(call, { ids, rename: objectIds });
}
