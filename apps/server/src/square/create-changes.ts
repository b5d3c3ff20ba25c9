import { formatPath, failuresOf, operations } from "@bincard/contracts";
import { ask, type Call } from "./call.ts";
import type { WireFailure } from "./failures.ts";
import { changePlaces, fromChange, fromCount, MEMBERS, toChange } from "./translate-change.ts";
import type { Dialect } from "./version.ts";
import { createChangesWire, type WireChange, wireChange } from "./wire-change.ts";
import { camelCase, refusalOf, type Rename, renamedFailure, snakeCase, tryWire } from "./wire.ts";

/** Square's answer has no field for the merchant's position once the batch was in; a header keeps it whole. */
export const POSITION_HEADER = "Bincard-Position";

/** POST changes/batch-create, and batch-change as it was first called. */
export async function createChanges({ ledger, principal, dialect, body, tell }: Call) {
  const read = tryWire(createChangesWire[dialect], body);
  if (!read.ok) throw refusalOf(inOrder(failuresOfBatch({ body, dialect }, read.failures)));
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
  tell({ [POSITION_HEADER]: String(answer.position) });
  return {
    counts: answer.counts.map(fromCount),
    changes: answer.changes.map((change) => fromChange(change, dialect)),
  };
}

const { idempotencyKey, changes: parsedChanges } = operations.changes.create.input.shape;

interface Batch {
  readonly body: object;
  readonly dialect: Dialect;
}

/**
 * A batch of which some parts are not even well formed: these faults, and what the contracts hold against the
 * rest, so that one answer names every fault there is to find, as it does at the other door (L13).
 */
function failuresOfBatch({ body, dialect }: Batch, found: readonly WireFailure[]): WireFailure[] {
  const key = "idempotency_key" in body ? failuresOfKey(body.idempotency_key) : [];
  const others = [...key];
  // A list of the wrong length has been refused as a whole; its entries are not worth the work.
  const wholly = found.some(({ path }) => path.length === 1 && path[0] === "changes");
  if (!wholly && "changes" in body && Array.isArray(body.changes))
    body.changes.forEach((given: unknown, at) => {
      const read = tryWire(wireChange[dialect], given);
      others.push(
        ...(read.ok
          ? failuresOfChange(toChange(read.value), placeAt(read.value, { at, dialect }))
          : failuresWithin(given, at)),
      );
    });
  // A field that the wire found fault with has been named.
  const named = new Set(found.map(({ path }) => formatPath(path)));
  return [...found, ...others.filter(({ path }) => !named.has(formatPath(path)))];
}

/** Only text: that it is none is the wire's to say. */
function failuresOfKey(given: unknown): readonly WireFailure[] {
  const parsed = idempotencyKey.safeParse(given, { reportInput: true });
  if (typeof given !== "string" || parsed.success) return [];
  return failuresOf(parsed.error).map((failure) => ({ ...failure, path: ["idempotency_key"] }));
}

function failuresOfChange(given: unknown, rename: Rename): readonly WireFailure[] {
  const parsed = parsedChanges.element.safeParse(given, { reportInput: true });
  if (parsed.success) return [];
  return failuresOf(parsed.error).map((failure) => renamedFailure(failure, rename));
}

/** The other faults of a change that is not well formed. Which fields there are is the wire's to say. */
function failuresWithin(given: unknown, at: number): readonly WireFailure[] {
  if (typeof given !== "object" || given === null || !("type" in given)) return [];
  const member = Object.entries(MEMBERS).find(([type]) => type === given.type)?.[1];
  const said: unknown = member === undefined ? undefined : Reflect.get(given, member);
  if (member === undefined || typeof said !== "object" || said === null) return [];
  const change = { ...camelCase(said), type: given.type };
  const place: Rename = (path) => ["changes", at, member, ...snakeCase(path)];
  return failuresOfChange(change, place).filter(({ code }) => code !== "UNKNOWN_FIELD");
}

/** In the order of the request: the batch's own fields, then its changes. */
function inOrder(failures: readonly WireFailure[]): WireFailure[] {
  const place = ({ path: [, at] }: WireFailure) => (typeof at === "number" ? at : -1);
  return failures.toSorted((a, b) => place(a) - place(b));
}

function placeAt(change: WireChange, { at, dialect }: { at: number; dialect: Dialect }): Rename {
  const place = changePlaces([change], dialect);
  return (path) => place(["changes", 0, ...path]).with(1, at);
}
