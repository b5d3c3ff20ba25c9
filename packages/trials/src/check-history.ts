import { checkLog, type Entered } from "./check-log.ts";
import type { History, KeyedQuantity, Read, Write } from "./history.ts";
import { keysOf, Model } from "./model.ts";

/**
 * Judges a run of one merchant (L1, L5, L6, L7, L9). The ledger publishes its own order, so the check is one
 * walk along it: nothing lost, nothing doubled, nothing torn; the order agrees with real time; and a
 * replay by position gives every answer, every read and every final count. Answers one sentence a
 * violation, none for a sound history.
 */
export function checkHistory(history: History): string[] {
  const { violations, entered } = checkLog(history);
  const timelines = replay(history, entered, violations);
  checkRealTime(history.writes, entered, violations);
  for (const read of history.reads) checkRead(read, { history, entered, timelines }, violations);
  return violations;
}

/** What a key's count was from a position on. */
interface Moment {
  readonly position: number;
  readonly quantity: string | undefined;
}
type Timelines = ReadonlyMap<string, readonly Moment[]>;

function replay(history: History, entered: readonly Entered[], violations: string[]): Timelines {
  const model = new Model();
  const timelines = new Map<string, Moment[]>();
  for (const { batch, writes, logged, last } of entered) {
    const recorded = model.apply(batch);
    const kept = logged.map(({ tag }) => tag).join(" ");
    const due = recorded === "out of range" ? recorded : recorded.map(({ tag }) => tag).join(" ");
    if (kept !== due)
      violations.push(
        `TORN: of batch ${batch.key} the log holds [${kept}], the rules record [${due}]`,
      );
    const keys = new Set(batch.changes.flatMap(keysOf));
    for (const key of keys) {
      const timeline = timelines.get(key) ?? [];
      timelines.set(key, timeline);
      timeline.push({ position: last, quantity: model.quantity(key) });
    }
    for (const count of firstAnswer(writes)) {
      const expected = model.quantity(count.key) ?? "0";
      if (count.quantity !== expected)
        violations.push(
          `ANSWER: batch ${batch.key} answered ${count.quantity} for ${count.key}, the replay up to its position gives ${expected}`,
        );
    }
  }
  const stored = new Map(history.counts.map(({ key, quantity }) => [key, quantity]));
  const expected = model.counts();
  for (const key of new Set([...stored.keys(), ...expected.keys()]))
    if (stored.get(key) !== expected.get(key))
      violations.push(
        `COUNT: ${key} is ${stored.get(key) ?? "not there"}, the replay gives ${expected.get(key) ?? "none"}`,
      );
  return timelines;
}

/** The counts as of the batch itself, where an answer tells them. */
function firstAnswer(writes: readonly Write[]): readonly KeyedQuantity[] {
  return writes.flatMap(({ outcome }) =>
    outcome.kind === "acknowledged" && !outcome.replayed ? outcome.counts : [],
  );
}

/** If A was acknowledged before B was sent, A's position is lower. */
function checkRealTime(
  writes: readonly Write[],
  entered: readonly Entered[],
  violations: string[],
): void {
  const places = new Map(entered.map((each) => [each.batch.key, each]));
  const acknowledged = writes
    .filter(({ outcome }) => outcome.kind === "acknowledged")
    .toSorted((a, b) => a.answeredAt - b.answeredAt);
  let next = 0;
  let newest: { readonly key: string; readonly last: number } | undefined;
  for (const write of writes.toSorted((a, b) => a.sentAt - b.sentAt)) {
    for (let done = acknowledged[next]; done !== undefined && done.answeredAt < write.sentAt;) {
      const last = places.get(done.batch.key)?.last ?? 0;
      if (last > (newest?.last ?? 0)) newest = { key: done.batch.key, last };
      next++;
      done = acknowledged[next];
    }
    const first = places.get(write.batch.key)?.first;
    // A duplicate sent later has its twin's position, which nothing forbids.
    const twin = (places.get(write.batch.key)?.writes ?? []).some(
      ({ sentAt }) => sentAt < write.sentAt,
    );
    if (!twin && first !== undefined && newest !== undefined && first <= newest.last)
      violations.push(
        `ORDER: batch ${newest.key} (up to position ${newest.last}) was acknowledged before ${write.batch.key} was sent, which got position ${first}`,
      );
  }
}

interface Ground {
  readonly history: History;
  readonly entered: readonly Entered[];
  readonly timelines: Timelines;
}

/**
 * A read sees everything acknowledged before it was sent, and nothing that was sent after its answer: its
 * value is the key's at some position in between.
 */
function checkRead(read: Read, { entered, timelines }: Ground, violations: string[]): void {
  let low = 0;
  let high = 0;
  for (const { writes, last } of entered) {
    if (writes.some(({ sentAt }) => sentAt < read.answeredAt)) high = Math.max(high, last);
    const known = writes.some(
      ({ outcome, answeredAt }) => outcome.kind === "acknowledged" && answeredAt < read.sentAt,
    );
    if (known) low = Math.max(low, last);
  }
  const timeline = timelines.get(read.key) ?? [];
  const before = timeline.findLast(({ position }) => position <= low)?.quantity;
  const possible = [
    before,
    ...timeline
      .filter(({ position }) => position > low && position <= high)
      .map(({ quantity }) => quantity),
  ];
  if (!possible.includes(read.quantity))
    violations.push(
      `READ: ${read.key} was read as ${read.quantity ?? "none"}; between positions ${low} and ${high} it was ${[...new Set(possible)].map((each) => each ?? "none").join(", ")}`,
    );
}
