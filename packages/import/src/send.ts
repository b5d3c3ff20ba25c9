import { type Bincard, isBincardError } from "@bincard/client";
import { type ChangeInput, describe, type Failure, FAILURES } from "@bincard/contracts";
import { sha256Of } from "./digest.ts";
import { ImportFault } from "./fault.ts";

/** A change and the row it comes from. */
export interface Load {
  readonly row: number;
  readonly change: ChangeInput;
}

export interface Sent {
  /** Changes of the rows that are in the ledger now. */
  readonly changes: number;
  /** Whether they were there before. */
  readonly replayed: boolean;
  /** Rows the ledger refused, and why. */
  readonly refused: ReadonlyMap<number, string>;
}

/**
 * Sends a batch under a key that derives from the file. A refusal that comes from stored state is the key's
 * answer for ever (L6), so the other rows go under a key that derives from the first and from what is left out:
 * the same file ends the same way however often it is sent. Any other refusal leaves the key free, and the
 * other rows take it: the whole batch can never come in beside them once nothing is held against it any more.
 * @throws ImportFault IMPORT_STOPPED when the key was used for other rows.
 */
export async function sendBatch(
  client: Bincard,
  { key, loads }: { key: string; loads: readonly Load[] },
): Promise<Sent> {
  const refused = new Map<number, string>();
  const refusedForGood = new Set<number>();
  for (;;) {
    const rest = loads.filter(({ row }) => !refused.has(row));
    if (rest.length === 0) return { changes: 0, replayed: false, refused };
    try {
      const answer = await client.changes.create({
        idempotencyKey:
          refusedForGood.size === 0 ? key : `${key}:without:${digest([...refusedForGood])}`,
        changes: rest.map(({ change }) => change),
      });
      return { changes: rest.length, replayed: answer.replayed, refused };
    } catch (error) {
      if (isBincardError(error, "IDEMPOTENCY_KEY_REUSED")) throw takenOtherwise();
      const faults = isBincardError(error) ? error.failures.flatMap(rowFault) : [];
      if (faults.length === 0) throw error;
      for (const { index, reason, isKept } of faults) {
        const row = rest[index]?.row;
        if (row === undefined) continue;
        if (!refused.has(row)) refused.set(row, reason);
        if (isKept) refusedForGood.add(row);
      }
    }
  }
}

/** A refusal of one change; whatever else is refused stops the import. */
function rowFault(failure: Failure): { index: number; reason: string; isKept: boolean }[] {
  const [room, index, ...path] = failure.path;
  const { kind } = FAILURES[failure.code];
  const ofRow = kind === "request" || kind === "missing" || kind === "conflict";
  if (!ofRow || room !== "changes" || typeof index !== "number") return [];
  const reason = `${failure.code}: ${describe({ ...failure, path })}`;
  return [{ index, reason, isKept: kind !== "request" }];
}

function digest(rows: readonly number[]): string {
  const text = rows.toSorted((a, b) => a - b).join(",");
  return sha256Of(text).slice(0, 16);
}

function takenOtherwise(): ImportFault {
  return new ImportFault(
    "IMPORT_STOPPED",
    "this file was imported before, and these rows otherwise",
    "go on with the same map as before; import rejected rows from their own file; " +
      'a map that takes other things from the same file wants another "name"',
  );
}
