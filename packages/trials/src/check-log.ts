import { textOf, amountOf } from "./decimal.ts";
import type { Batch, History, LoggedChange, SentChange, Side, Write } from "./history.ts";
import { sortable } from "./model.ts";

/** A batch as it stands in the log. */
export interface Entered {
  readonly batch: Batch;
  /** Every sending of it: more than one when duplicates went out at once. */
  readonly writes: readonly Write[];
  readonly logged: readonly LoggedChange[];
  readonly first: number;
  readonly last: number;
}

interface Sent {
  readonly batch: Batch;
  readonly change: SentChange;
}

/**
 * The log against what was sent: positions without gaps, every change somebody's, as it was sent, once; a
 * batch's changes together and received together; acknowledged batches there, refused ones not.
 */
export function checkLog({ writes, log }: History): {
  readonly violations: string[];
  readonly entered: Entered[];
} {
  const violations: string[] = [];
  const sent = new Map<string, Sent>();
  const sendings = new Map<string, Write[]>();
  for (const write of writes) {
    const { batch } = write;
    sendings.set(batch.key, [...(sendings.get(batch.key) ?? []), write]);
    for (const change of batch.changes) sent.set(change.tag, { batch, change });
  }
  const places = new Map<string, Entered>();
  const entered = group(log, sent, violations).map((each) => {
    const { batch } = each;
    if (places.has(batch.key))
      violations.push(`DOUBLED: batch ${batch.key} is in the log at ${each.first} again`);
    const whole = { ...each, writes: sendings.get(batch.key) ?? [] };
    places.set(batch.key, whole);
    return whole;
  });
  checkReceipts(entered, violations);
  for (const write of writes) checkOutcome(write, places.get(write.batch.key), violations);
  for (const [key, each] of sendings) checkDuplicates(key, each, violations);
  return { violations, entered };
}

function group(
  log: readonly LoggedChange[],
  sent: ReadonlyMap<string, Sent>,
  violations: string[],
): Omit<Entered, "writes">[] {
  const entered: Omit<Entered, "writes">[] = [];
  const seen = new Set<string>();
  let open: { batch: Batch; logged: LoggedChange[] } | undefined;
  const close = () => {
    const [first] = open?.logged ?? [];
    const last = open?.logged.at(-1);
    if (open !== undefined && first !== undefined && last !== undefined)
      entered.push({ ...open, first: first.position, last: last.position });
  };
  log.forEach((logged, index) => {
    if (logged.position !== index + 1)
      violations.push(`GAP: position ${logged.position} stands where ${index + 1} should`);
    const origin = sent.get(logged.tag ?? "");
    if (origin === undefined) {
      violations.push(`UNSENT: nobody sent the change at position ${logged.position}`);
      return;
    }
    if (seen.has(origin.change.tag))
      violations.push(`DOUBLED: ${origin.change.tag} is in the log at ${logged.position} again`);
    seen.add(origin.change.tag);
    if (said(logged) !== said(origin.change))
      violations.push(
        `ALTERED: ${origin.change.tag} was sent as ${said(origin.change)}, the log holds ${said(logged)}`,
      );
    if (open?.batch.key !== origin.batch.key) {
      close();
      open = { batch: origin.batch, logged: [] };
    }
    open.logged.push(logged);
  });
  close();
  return entered;
}

type Words = Omit<SentChange, "tag">;
const place = (side: Side | undefined) =>
  side === undefined ? "" : `${side.state}@${side.location}`;
function said({ kind, item, from, to, quantity, occurredAt }: Words): string {
  const amount = textOf(amountOf(quantity));
  return `${kind} ${item} ${place(from)}>${place(to)} ${amount} ${sortable(occurredAt)}`;
}

/** Receipt times follow positions, and no two batches share one (L9). */
function checkReceipts(entered: readonly Entered[], violations: string[]): void {
  let newest = "";
  for (const { logged, batch } of entered) {
    const times = new Set(logged.map(({ createdAt }) => sortable(createdAt)));
    const [time = ""] = times;
    if (times.size > 1)
      violations.push(`RECEIPT: batch ${batch.key} was received at ${times.size} times`);
    if (time <= newest)
      violations.push(`RECEIPT: batch ${batch.key} at ${time} follows one at ${newest}`);
    newest = time;
  }
}

/** Of duplicates that went out at once, one at most is answered as the first. */
function checkDuplicates(key: string, writes: readonly Write[], violations: string[]): void {
  const firsts = writes.filter(
    ({ outcome }) => outcome.kind === "acknowledged" && !outcome.replayed,
  );
  if (firsts.length > 1)
    violations.push(`DOUBLED: batch ${key} was answered as new ${firsts.length} times`);
}

function checkOutcome(write: Write, place: Entered | undefined, violations: string[]): void {
  const { outcome, batch } = write;
  if (outcome.kind === "unknown") return;
  if (outcome.kind === "refused") {
    if (place !== undefined)
      violations.push(
        `APPLIED: batch ${batch.key} was refused (${outcome.code}) and stands at ${place.first}`,
      );
    return;
  }
  const stored = place?.logged.map(({ tag }) => tag).join(" ") ?? "";
  const answered = outcome.recorded.join(" ");
  if (stored !== answered)
    violations.push(
      `LOST: batch ${batch.key} was acknowledged with [${answered}], the log holds [${stored}]`,
    );
  const { position } = outcome;
  if (position !== undefined && place !== undefined && position !== place.last)
    violations.push(
      `ANSWER: batch ${batch.key} was answered position ${position} and ends at ${place.last}`,
    );
}
