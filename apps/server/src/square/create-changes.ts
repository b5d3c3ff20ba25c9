import { failuresOf, operations } from "@bincard/contracts";
import { ask, type Call } from "./call.ts";
import type { WireFailure } from "./failures.ts";
import { changePlaces, fromChange, fromCount, toChange } from "./translate-change.ts";
import type { Dialect } from "./version.ts";
import { createChangesWire, type WireChange, wireChange } from "./wire-change.ts";
import { refusalOf, type Rename, renamedFailure, tryWire } from "./wire.ts";

/** POST changes/batch-create, and batch-change as it was first called. */
export async function createChanges({ ledger, principal, dialect, body }: Call) {
  const read = tryWire(createChangesWire[dialect], body);
  if (!read.ok)
    throw refusalOf([...read.failures, ...failuresOfOthers({ body, dialect }, read.failures)]);
  const { idempotency_key, ignore_unchanged_counts, changes } = read.value;
  const answer = await ask(operations.changes.create, {
    input: {
      idempotencyKey: idempotency_key,
      ignoreUnchangedCounts: ignore_unchanged_counts,
      changes: changes.map(toChange),
    },
    run: (parsed) => ledger.changes.create(principal, parsed),
    rename: changePlaces(changes, dialect),
  });
  return {
    counts: answer.counts.map(fromCount),
    changes: answer.changes.map((change) => fromChange(change, dialect)),
  };
}

const parsedChange = operations.changes.create.input.shape.changes.element;

/**
 * A batch in which some changes are not even well formed: what the contracts hold against the others, so that
 * one answer names every fault there is to find.
 */
function failuresOfOthers(
  { body, dialect }: { body: object; dialect: Dialect },
  found: readonly WireFailure[],
): WireFailure[] {
  if (!("changes" in body) || !Array.isArray(body.changes)) return [];
  // A batch of the wrong length has been refused as a whole; its entries are not worth the work.
  if (found.some(({ path }) => path.length === 1 && path[0] === "changes")) return [];
  return body.changes.flatMap((given: unknown, at) => {
    const read = tryWire(wireChange[dialect], given);
    return read.ok ? failuresOfChange(read.value, placeAt(read.value, { at, dialect })) : [];
  });
}

function failuresOfChange(change: WireChange, rename: Rename): readonly WireFailure[] {
  const parsed = parsedChange.safeParse(toChange(change), { reportInput: true });
  if (parsed.success) return [];
  return failuresOf(parsed.error).map((failure) => renamedFailure(failure, rename));
}

function placeAt(change: WireChange, { at, dialect }: { at: number; dialect: Dialect }): Rename {
  const place = changePlaces([change], dialect);
  return (path) => place(["changes", 0, ...path]).with(1, at);
}
