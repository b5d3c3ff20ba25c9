import { operations, refuse } from "@bincard/contracts";
import { ANSWERS } from "./answers.ts";
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
import { createChangesWire, listChangesWire, listCountsWire } from "./wire-change.ts";
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
  const input = toListChanges(readWire(listChangesWire, body));
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

const create: Pick<Endpoint, "operation" | "shape" | "handle"> = {
  operation: changes.create,
  shape: {
    summary: "Records counts, adjustments and transfers, all or none",
    body: createChangesWire,
    answer: ANSWERS.created,
    refusals: ["IDEMPOTENCY_KEY_REUSED", "NOT_FOUND", "NOT_COUNTABLE", "COUNT_OUT_OF_RANGE"],
  },
  handle: createChanges,
};
const history: typeof create = {
  operation: changes.list,
  shape: {
    summary: "What was recorded, oldest first",
    body: listChangesWire,
    answer: ANSWERS.changes,
    refusals: [],
  },
  handle: listChanges,
};
const stock: typeof create = {
  operation: counts.list,
  shape: {
    summary: "What there is, newest calculation first",
    body: listCountsWire,
    answer: ANSWERS.counts,
    refusals: [],
  },
  handle: listCounts,
};
/** One recorded change, under the name Square gives its kind in paths. */
const oneOf = (
  kind: "adjustment" | "physicalCount" | "transfer",
  { parameter, handle }: { parameter: string; handle: Endpoint["handle"] },
): typeof create => ({
  operation: changes.get,
  shape: {
    summary: `One ${kind === "physicalCount" ? "physical count" : kind}`,
    parameter,
    answer: ANSWERS[kind],
    refusals: ["NOT_FOUND"],
  },
  handle,
});
const adjustment = oneOf("adjustment", { parameter: "adjustment_id", handle: getAdjustment });
const physicalCount = oneOf("physicalCount", {
  parameter: "physical_count_id",
  handle: getPhysicalCount,
});
const transfer = oneOf("transfer", { parameter: "transfer_id", handle: getTransfer });

const ofObjectShape = { parameter: "catalog_object_id", refusals: ["NOT_FOUND"] } as const;

/** Square keeps its first paths going; so does this door, and says what replaced them. */
function formerly(endpoint: Endpoint, path: string): Endpoint {
  const deprecated = `\`/v2${endpoint.path.replace(":id", "{id}")}\` is its newer path.`;
  return { ...endpoint, path, shape: { ...endpoint.shape, deprecated } };
}

const current = {
  create: { ...post, path: "/inventory/changes/batch-create", ...create },
  history: { ...post, path: "/inventory/changes/batch-retrieve", ...history },
  stock: { ...post, path: "/inventory/counts/batch-retrieve", ...stock },
  adjustment: { ...get, path: "/inventory/adjustments/:id", ...adjustment },
  physicalCount: { ...get, path: "/inventory/physical-counts/:id", ...physicalCount },
} as const satisfies Record<string, Endpoint>;

/** The thirteen inventory paths, the deprecated ones beside what replaced them. Literal segments come first. */
export const INVENTORY: readonly Endpoint[] = [
  current.create,
  formerly(current.create, "/inventory/batch-change"),
  current.history,
  formerly(current.history, "/inventory/batch-retrieve-changes"),
  current.stock,
  formerly(current.stock, "/inventory/batch-retrieve-counts"),
  current.adjustment,
  formerly(current.adjustment, "/inventory/adjustment/:id"),
  current.physicalCount,
  formerly(current.physicalCount, "/inventory/physical-count/:id"),
  { ...get, path: "/inventory/transfers/:id", ...transfer },
  {
    ...get,
    path: "/inventory/:id/changes",
    operation: changes.ofObject,
    query: OF_OBJECT_QUERY,
    shape: {
      ...ofObjectShape,
      summary: "What was recorded of one catalog object, newest first",
      answer: ANSWERS.changes,
      deprecated: "`/v2/inventory/changes/batch-retrieve` with one id replaced it.",
    },
    handle: changesOfObject,
  },
  {
    ...get,
    path: "/inventory/:id",
    operation: counts.ofObject,
    query: OF_OBJECT_QUERY,
    shape: {
      ...ofObjectShape,
      summary: "What there is of one catalog object, at every location",
      answer: ANSWERS.counts,
    },
    handle: countsOfObject,
  },
];
