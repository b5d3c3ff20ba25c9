import { operations, refuse } from "@bincard/contracts";
import { ask, type Call, type Endpoint } from "./call.ts";
import { createChanges } from "./create-changes.ts";
import { queryList } from "./query.ts";
import {
  cursorOf,
  fromChange,
  fromCount,
  toListChanges,
  toListCounts,
  whenSet,
} from "./translate-change.ts";
import { listChangesWire, listCountsWire } from "./wire-change.ts";
import { readWire, snakeCase } from "./wire.ts";

async function listCounts({ ledger, principal, body }: Call) {
  const input = toListCounts(readWire(listCountsWire, body));
  const { counts, cursor } = await ask(operations.counts.list, {
    input,
    run: (parsed) => ledger.counts.list(principal, parsed),
  });
  return { counts: counts.map(fromCount), cursor };
}

async function listChanges({ ledger, principal, dialect, body }: Call) {
  const input = toListChanges(readWire(listChangesWire, body), dialect);
  const { changes, cursor } = await ask(operations.changes.list, {
    input,
    run: (parsed) => ledger.changes.list(principal, parsed),
    rename: (path) => (path[0] === "order" ? ["sort", "order"] : snakeCase(path)),
  });
  return { changes: changes.map((change) => fromChange(change, dialect)), cursor };
}

async function countsOfObject(call: Call) {
  const { counts, cursor } = await ask(operations.counts.ofObject, {
    input: ofObject(call),
    run: (parsed) => call.ledger.counts.ofObject(call.principal, parsed),
  });
  return { counts: counts.map(fromCount), cursor };
}

async function changesOfObject(call: Call) {
  const { changes, cursor } = await ask(operations.changes.ofObject, {
    input: ofObject(call),
    run: (parsed) => call.ledger.changes.ofObject(call.principal, parsed),
  });
  return { changes: changes.map((change) => fromChange(change, call.dialect)), cursor };
}

/** Square's reference says `location_ids`, one comma-separated text; its guide says `location_id`. */
const OF_OBJECT_QUERY = ["location_ids", "location_id", "cursor"] as const;

function ofObject({ id, query }: Call) {
  const named = ["location_ids", "location_id"].flatMap((name) => queryList(query, name));
  return {
    catalogObjectId: id,
    locationIds: whenSet([...new Set(named)]),
    cursor: cursorOf(query.get("cursor")),
  };
}

/** One change, as this dialect shows it; `parameter` is what Square calls its id in this path. */
async function getChange(call: Call, parameter: string) {
  const { change } = await ask(operations.changes.get, {
    input: { id: call.id },
    run: (parsed) => call.ledger.changes.get(call.principal, parsed),
    rename: () => [parameter],
  });
  return fromChange(change, call.dialect);
}

/** A change that is shown as another kind is as absent as one that never was. */
function absent(id: string, parameter: string) {
  const subject = { kind: "change", id } as const;
  return refuse("NOT_FOUND", "there is no such change", { subject, path: [parameter] });
}

async function getAdjustment(call: Call) {
  const change = await getChange(call, "adjustment_id");
  if (change.type !== "ADJUSTMENT") throw absent(call.id, "adjustment_id");
  return { adjustment: change.adjustment };
}

async function getPhysicalCount(call: Call) {
  const change = await getChange(call, "physical_count_id");
  if (change.type !== "PHYSICAL_COUNT") throw absent(call.id, "physical_count_id");
  return { count: change.physical_count };
}

/** Retired in dialect B, where no change is a TRANSFER. */
async function getTransfer(call: Call) {
  const change = await getChange(call, "transfer_id");
  if (change.type !== "TRANSFER") throw absent(call.id, "transfer_id");
  return { transfer: change.transfer };
}

const { changes, counts } = operations;
const post = { method: "POST" } as const;
const get = { method: "GET" } as const;

/** The thirteen inventory paths, the deprecated ones beside what replaced them. Literal segments come first. */
export const INVENTORY: readonly Endpoint[] = [
  {
    ...post,
    path: "/inventory/changes/batch-create",
    operation: changes.create,
    handle: createChanges,
  },
  { ...post, path: "/inventory/batch-change", operation: changes.create, handle: createChanges },
  {
    ...post,
    path: "/inventory/changes/batch-retrieve",
    operation: changes.list,
    handle: listChanges,
  },
  {
    ...post,
    path: "/inventory/batch-retrieve-changes",
    operation: changes.list,
    handle: listChanges,
  },
  { ...post, path: "/inventory/counts/batch-retrieve", operation: counts.list, handle: listCounts },
  { ...post, path: "/inventory/batch-retrieve-counts", operation: counts.list, handle: listCounts },
  { ...get, path: "/inventory/adjustments/:id", operation: changes.get, handle: getAdjustment },
  { ...get, path: "/inventory/adjustment/:id", operation: changes.get, handle: getAdjustment },
  {
    ...get,
    path: "/inventory/physical-counts/:id",
    operation: changes.get,
    handle: getPhysicalCount,
  },
  {
    ...get,
    path: "/inventory/physical-count/:id",
    operation: changes.get,
    handle: getPhysicalCount,
  },
  { ...get, path: "/inventory/transfers/:id", operation: changes.get, handle: getTransfer },
  {
    ...get,
    path: "/inventory/:id/changes",
    operation: changes.ofObject,
    query: OF_OBJECT_QUERY,
    handle: changesOfObject,
  },
  {
    ...get,
    path: "/inventory/:id",
    operation: counts.ofObject,
    query: OF_OBJECT_QUERY,
    handle: countsOfObject,
  },
];
