import type { Answer, Operations, Parsed, Principal } from "@bincard/contracts";
import { refuse } from "@bincard/contracts";
import { fromCursor, pageOf, toCursor } from "./cursor.ts";
import { deleteRows, enterCatalog, listObjects, readObject, readRows } from "./store/catalog.ts";
import type { Connections } from "./store/connect.ts";
import { timeOf } from "./store/time.ts";
import { inTransaction } from "./store/transaction.ts";

type Get = Operations["catalog"]["get"];
type List = Operations["catalog"]["list"];
type Delete = Operations["catalog"]["delete"];

function noObject(id: string, path: readonly (string | number)[]) {
  return refuse("NOT_FOUND", `there is no catalog object ${id}`, {
    path,
    subject: { kind: "catalog object", id },
  });
}

export async function getCatalog(
  { db }: Connections,
  { merchantId }: Principal,
  { id, includeDeleted }: Parsed<Get>,
): Promise<Answer<Get>> {
  const object = await readObject(db, merchantId, id);
  if (object === undefined || (object.isDeleted && !includeDeleted)) throw noObject(id, ["id"]);
  return { object };
}

export async function listCatalog(
  { db }: Connections,
  { merchantId }: Principal,
  { limit, cursor, ...filters }: Parsed<List>,
): Promise<Answer<List>> {
  const listing = { operation: "catalog.list", merchantId, filters };
  const after = cursor === undefined ? undefined : fromCursor(listing, cursor, ["text"])[0];
  const found = await listObjects(db, merchantId, { filters, after, limit: limit + 1 });
  const { rows: objects, ...rest } = pageOf(found, limit, ({ id }) => toCursor(listing, [id]));
  return { objects, ...rest };
}

/** Soft and cascading. What was deleted before is not an error: a retry finds its work done. */
export async function deleteCatalog(
  { db }: Connections,
  { merchantId }: Principal,
  { ids }: Parsed<Delete>,
): Promise<Answer<Delete>> {
  return inTransaction(db, async (transaction) => {
    const { at } = await enterCatalog(transaction, merchantId);
    const stored = new Set((await readRows(transaction, merchantId, ids)).map(({ id }) => id));
    const absent = ids.findIndex((id) => !stored.has(id));
    if (absent >= 0) throw noObject(ids[absent] ?? "", ["ids", absent]);
    const deletedIds = await deleteRows(transaction, merchantId, { ids, at });
    return { deletedIds, deletedAt: timeOf(at) };
  });
}
