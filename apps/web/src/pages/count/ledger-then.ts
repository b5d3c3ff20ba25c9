import type { Change } from "@bincard/contracts";
import { bincard } from "../../ledger/client.ts";
import { sortable } from "../../ledger/sortable.ts";
import type { Line } from "./count-sheet.ts";
import { heldThen, type Then } from "./held-then.ts";

const READINGS_MAX = 5;

/**
 * What the ledger said of each of these lines when it was counted; at most `LIMITS.idsPerFilter` of them. Counts and
 * changes are two questions: when a count moved between them, both are asked again.
 */
export async function ledgerThen(
  locationId: string,
  lines: ReadonlyMap<string, Line>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Then>> {
  const { held, changes } = await readSteadily({ locationId, lines, signal });
  const changesOf = new Map<string, Change[]>();
  for (const change of changes) {
    const before = changesOf.get(change.catalogObjectId);
    if (before === undefined) changesOf.set(change.catalogObjectId, [change]);
    else before.push(change);
  }
  const then = new Map<string, Then>();
  for (const [id, { at }] of lines) {
    const place = { catalogObjectId: id, locationId, at };
    then.set(id, heldThen(held.get(id)?.quantity ?? "0", place, changesOf.get(id) ?? []));
  }
  return then;
}

interface Reading {
  readonly locationId: string;
  readonly lines: ReadonlyMap<string, Line>;
  readonly signal: AbortSignal;
}
interface Held {
  readonly quantity: string;
  readonly calculatedAt: string;
}

async function readSteadily(reading: Reading) {
  let held = await readHeld(reading);
  for (let time = 1; ; time++) {
    const changes = await readSince(reading);
    const again = await readHeld(reading);
    const isSteady = [...again].every(
      ([id, { calculatedAt }]) => held.get(id)?.calculatedAt === calculatedAt,
    );
    if (isSteady || time === READINGS_MAX) return { held: again, changes };
    held = again;
  }
}

async function readHeld({
  locationId,
  lines,
  signal,
}: Reading): Promise<ReadonlyMap<string, Held>> {
  const held = new Map<string, Held>();
  const filter = {
    catalogObjectIds: [...lines.keys()],
    locationIds: [locationId],
    states: ["IN_STOCK" as const],
    limit: 1_000,
  };
  for await (const count of bincard.counts.list.each(filter, { signal }))
    held.set(count.catalogObjectId, count);
  return held;
}

/** The changes of these lines that occurred since the first of them was counted. */
async function readSince({ locationId, lines, signal }: Reading): Promise<readonly Change[]> {
  const first = [...lines.values()]
    .map(({ at }) => sortable(at))
    .reduce((a, b) => (a < b ? a : b), "9");
  const since: Change[] = [];
  const filter = {
    catalogObjectIds: [...lines.keys()],
    locationIds: [locationId],
    order: "DESC" as const,
    limit: 200,
  };
  for await (const change of bincard.changes.list.each(filter, { signal })) {
    if (sortable(change.occurredAt) <= first) break;
    since.push(change);
  }
  return since;
}
