import {
  type Answer,
  type Failure,
  formatTime,
  LIMITS,
  type Micros,
  type Operations,
  type Parsed,
  parseTime,
  type Principal,
  Refusal,
  refuse,
} from "@bincard/contracts";
import { fingerprintOf } from "./fingerprint.ts";
import { entryOf, type Key, keyText } from "./rules/moves.ts";
import { readChanges } from "./store/changes.ts";
import type { Connections } from "./store/connect.ts";
import { storedCountOf } from "./store/counts.ts";
import { readKey } from "./store/keys.ts";
import { readCounts } from "./store/known.ts";
import type { Submission } from "./writer/answer.ts";
import type { Replay } from "./writer/lane.ts";
import type { Lanes } from "./writer/lanes.ts";

type Create = Operations["changes"]["create"];

/** The fingerprint's name of this operation; `append` writes the same one. */
const OPERATION = "changes.create";

export interface Recorder {
  readonly lanes: Lanes;
  readonly now: () => Micros;
}

/** Applies a batch whole or not at all (L5), once per key for ever (L6). */
export async function recordChanges(
  { lanes, now }: Recorder,
  principal: Principal,
  { idempotencyKey, changes, ignoreUnchangedCounts }: Parsed<Create>,
): Promise<Answer<Create>> {
  const [first, ...rest] = timeFaults(changes, principal, now());
  const submission: Submission = {
    key: idempotencyKey,
    fingerprint: fingerprintOf(OPERATION, { changes, ignoreUnchangedCounts }),
    tokenId: principal.tokenId,
    applicationId: principal.application.id,
    source: principal.application,
    entries: changes.map(entryOf),
    ignoreUnchangedCounts,
    refusal: first === undefined ? undefined : new Refusal(first, ...rest),
  };
  return lanes.submit(principal.merchantId, submission);
}

/** Before 1684 a number of microseconds is no longer exact (L12), so there is a bound, on a round year. */
const EARLIEST: Micros = Date.UTC(LIMITS.occurredAtEarliestYear, 0) * 1_000;
const HOUR: Micros = 3_600_000_000;
const SECOND: Micros = 1_000_000;

/** INVALID_TIME, one for each change whose `occurredAt` this token may not write now (laws: Times). */
function timeFaults(
  changes: Parsed<Create>["changes"],
  principal: Principal,
  now: Micros,
): Failure[] {
  const newest = now + LIMITS.occurredAtFutureSeconds * SECOND;
  const oldest = principal.scopes.includes("INVENTORY_BACKDATE")
    ? EARLIEST
    : now - LIMITS.occurredAtAgeHours * HOUR;
  return changes.flatMap(({ occurredAt }, index): Failure[] => {
    const at = parseTime(occurredAt) ?? 0;
    if (at >= oldest && at <= newest) return [];
    const message = timeMessage(occurredAt, at, newest);
    return [{ code: "INVALID_TIME", message, path: ["changes", index, "occurredAt"] }];
  });
}

function timeMessage(occurredAt: string, at: Micros, newest: Micros): string {
  if (at > newest)
    return `${occurredAt} is in the future: the latest permitted now is ${formatTime(newest)}`;
  if (at < EARLIEST)
    return `${occurredAt} is too long ago: the earliest is ${formatTime(EARLIEST)}`;
  return `${occurredAt} is more than ${LIMITS.occurredAtAgeHours} hours ago: a token with INVENTORY_BACKDATE may report it`;
}

/** Same key, same body: the same changes again and the counts as they stand (L6). */
export function replayer({ db, sql }: Connections, merchantId: string): Replay {
  return async (submission) => {
    const row = await readKey(db, merchantId, submission.key);
    if (row === undefined) return undefined;
    if (row.operation !== OPERATION || row.fingerprint !== submission.fingerprint)
      throw reusedKey();
    if (row.answer.failures !== undefined) throw new Refusal(...row.answer.failures);
    const { position, changeCount } = row;
    const keys = new Map<string, Key>();
    for (const entry of submission.entries)
      for (const { key, text } of entry.moves) keys.set(text, key);
    const [changes, stored] = await Promise.all([
      readChanges(sql, merchantId, { first: position - changeCount + 1, last: position }),
      readCounts(sql, merchantId, [...keys.values()]),
    ]);
    if (changes.length !== changeCount) throw archivedChanges(position);
    const byKey = new Map(stored.map((count) => [keyText(count.key), count]));
    const counts = Array.from(keys, ([text, key]) =>
      storedCountOf(key, byKey.get(text), row.receivedAt),
    );
    return { changes, counts, position, idempotencyKey: submission.key, replayed: true };
  };
}

/** Nothing is applied twice, but what was answered is not here to be told again. */
function archivedChanges(position: number): Refusal {
  return refuse(
    "NOT_FOUND",
    `was answered before, up to position ${position}, and its changes are archived since`,
    { path: ["idempotencyKey"] },
  );
}

export function reusedKey(): Refusal {
  return refuse(
    "IDEMPOTENCY_KEY_REUSED",
    "was used with another request: a key can only be retried with the same request",
    { path: ["idempotencyKey"] },
  );
}
