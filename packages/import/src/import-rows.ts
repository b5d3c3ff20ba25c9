import type { Bincard } from "@bincard/client";
import { type ChangeInput, LIMITS } from "@bincard/contracts";
import { chunksOf } from "./chunks.ts";
import { type Directory, type Entry, resolveAll } from "./directory.ts";
import type { ImportMap } from "./map.ts";
import { receiptOf, shelfKey } from "./opening.ts";
import { type Planned, type Ref, refKey } from "./plan.ts";
import { futureFault } from "./refusable.ts";
import { type Load, sendBatch } from "./send.ts";
import { outcomeOf, type Survey } from "./survey.ts";
import { openTable, type Row, type Source } from "./table.ts";
import { visible } from "./visible.ts";

/**
 * Where a batch begins decides its key, so it may depend on nothing but the file: neither on the map nor on
 * a wish, or another run would send rows again under another key. A row makes at most ten changes.
 */
const ROWS_PER_BATCH = 100;

/** One import from its survey on. */
export interface Job {
  readonly client: Bincard;
  readonly file: Source;
  readonly map: ImportMap;
  readonly survey: Survey;
  readonly dryRun: boolean;
  /** Asked between two batches; throws to stop: what is written is written, and the rest waits. */
  readonly mayGoOn: () => void;
  /** Told of each row that was not imported, and why. */
  readonly onRejected: (row: Row, reason: string) => Promise<void> | void;
  /** Told how many rows are done. */
  readonly onProgress: (rows: number) => void;
}

/** What became of the rows, each in one of four ways. A dry run says what would. */
export interface Tally {
  /** Now, by this run. */
  imported: number;
  skipped: number;
  rejected: number;
  /** By an earlier run of the same file. */
  alreadyThere: number;
  /** Recorded by this run for the rows imported. */
  changes: number;
  /** Opening receipts recorded by this run. */
  openings: number;
  created: Directory["created"];
}

/** What every key of this import begins with: the file's content, not its name. */
const keyPrefix = ({ map, file }: Job): string => `${map.name}:${file.sha256}`;

/** Makes what is missing, then the opening receipts, then the rows, a batch at a time and in order. */
export async function importRows(job: Job, tally: Tally): Promise<void> {
  const { client, survey, dryRun, mayGoOn } = job;
  const { items, places } = survey;
  const sought = { items, places, dryRun, mayGoOn, keyPrefix: keyPrefix(job) };
  const directory = await resolveAll(client, sought);
  tally.created = directory.created;
  const unopened = await sendOpenings(job, directory, tally);
  for await (const batch of batches(job)) {
    mayGoOn();
    await importBatch(job, { batch, directory, unopened, tally });
    job.onProgress(batch.at(-1)?.number ?? 0);
  }
}

/** Nothing done yet. */
export function newTally(): Tally {
  return {
    imported: 0,
    skipped: 0,
    rejected: 0,
    changes: 0,
    openings: 0,
    alreadyThere: 0,
    created: { items: 0, locations: 0 },
  };
}

/** Rows by their place in the file, whatever becomes of them: another run cuts the same batches. */
async function* batches({ file, map }: Job): AsyncGenerator<Row[]> {
  const { rows } = await openTable(file, map);
  let batch: Row[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < ROWS_PER_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Importing {
  readonly batch: readonly Row[];
  readonly directory: Directory;
  readonly unopened: Unopened;
  readonly tally: Tally;
}

async function importBatch(
  job: Job,
  { batch, directory, unopened, tally }: Importing,
): Promise<void> {
  const reasons = new Map<number, string>();
  const loads: Load[] = [];
  for (const row of batch) {
    const outcome = outcomeOf(job.survey.plan, job.survey.columns, row);
    if (outcome.kind === "skipped") tally.skipped += 1;
    if (outcome.kind === "rejected") reasons.set(row.number, outcome.reason);
    if (outcome.kind !== "changes") continue;
    const resolved = outcome.changes.map(
      (planned) => unopened.get(shelfKey(planned)) ?? resolve(planned, directory),
    );
    const reason = resolved.find((one) => typeof one === "string");
    if (reason !== undefined) reasons.set(row.number, reason);
    else
      for (const change of resolved)
        if (typeof change !== "string") loads.push({ row: row.number, change });
  }
  const taken = new Set(loads.map(({ row }) => row));
  let replayed = false;
  if (job.dryRun) tally.changes += loads.length;
  else {
    const key = `${keyPrefix(job)}:rows:${batch[0]?.number ?? 0}`;
    const sent = await sendBatch(job.client, { key, loads });
    for (const [row, reason] of sent.refused) {
      reasons.set(row, reason);
      taken.delete(row);
    }
    replayed = sent.replayed;
    if (!replayed) tally.changes += sent.changes;
  }
  if (replayed) tally.alreadyThere += taken.size;
  else tally.imported += taken.size;
  tally.rejected += reasons.size;
  for (const row of batch) {
    const reason = reasons.get(row.number);
    if (reason !== undefined) await job.onRejected(row, visible(reason));
  }
}

/** The change with its ids, or why it cannot be made now. */
function resolve(
  { item, at, to, change, occurredAt }: Planned,
  directory: Directory,
): ChangeInput | string {
  const found = entryOf(directory.items, item);
  const place = entryOf(directory.places, at);
  const target = to === undefined ? place : entryOf(directory.places, to);
  if ("reason" in found) return found.reason;
  if ("reason" in place) return place.reason;
  if ("reason" in target) return target.reason;
  return futureFault(occurredAt) ?? change({ item: found.id, at: place.id, to: target.id });
}

function entryOf(entries: ReadonlyMap<string, Entry>, ref: Ref): Entry {
  return entries.get(refKey(ref)) ?? { reason: `"${ref.text}" was not looked up` };
}

/** By `shelfKey`: why what was there before the file is not known to the ledger. */
type Unopened = ReadonlyMap<string, string>;

/** Rows whose opening receipt was refused wait with it: without it they would leave less than nothing. */
async function sendOpenings(job: Job, directory: Directory, tally: Tally): Promise<Unopened> {
  const unopened = new Map<string, string>();
  const rule = job.map.opening;
  if (rule === undefined) return unopened;
  const receipts = job.survey.openings.flatMap((opening) => {
    const item = entryOf(directory.items, opening.item);
    const at = entryOf(directory.places, opening.at);
    // What the file names in vain has none: its rows are rejected with the reason.
    if ("reason" in item || "reason" in at) return [];
    return [{ opening, change: receiptOf(opening, rule, { item: item.id, at: at.id }) }];
  });
  for (const [index, chunk] of chunksOf(receipts, LIMITS.changesPerRequest).entries()) {
    job.mayGoOn();
    const early = new Map<number, string>();
    for (const [row, { opening }] of chunk.entries()) {
      const fault = futureFault(opening.occurredAt);
      if (fault !== undefined) early.set(row, fault);
    }
    const loads = chunk
      .map(({ change }, row) => ({ row, change }))
      .filter(({ row }) => !early.has(row));
    const key = `${keyPrefix(job)}:opening:${index}`;
    const sent = job.dryRun
      ? { changes: loads.length, replayed: false, refused: new Map<number, string>() }
      : await sendBatch(job.client, { key, loads });
    if (!sent.replayed) tally.openings += sent.changes;
    for (const [row, reason] of [...early, ...sent.refused]) {
      const opening = chunk[row]?.opening;
      if (opening !== undefined)
        unopened.set(shelfKey(opening), `its opening receipt is refused: ${reason}`);
    }
  }
  return unopened;
}
