import { setTimeout as sleep } from "node:timers/promises";
import { checkHistory } from "./check-history.ts";
import type { Attempt, Door } from "./door.ts";
import type { Batch, History, Outcome, Read, Write } from "./history.ts";
import type { Merchant } from "./market.ts";
import { keysOf } from "./model.ts";
import type { Random } from "./random.ts";
import { clientOf, readCounts, readLog } from "./trpc-door.ts";

export interface Patience {
  /** Attempts before a batch is left as nobody knows. */
  readonly attempts: number;
  /** The longest pause between two of them. */
  readonly pauseMs: number;
}

export interface Sending {
  readonly doors: readonly Door[];
  readonly random: Random;
  readonly patience?: Patience;
  /** Whether the same batch is on its way elsewhere, too. */
  readonly hasTwin?: boolean;
}

const LOST = 20;
const STUBBORN: Patience = { attempts: 400, pauseMs: 120 };

/** What happened to one merchant in a run. */
export class RunRecord {
  readonly writes: Write[] = [];
  readonly reads: Read[] = [];
  /** Promises broken by an answer itself: a 5xx, a 503 without Retry-After. */
  readonly faults: string[] = [];
  attempts = 0;
  unanswered = 0;
  changes = 0;
  slowestMs = 0;

  /** Sends a batch until it is answered or patience ends; each attempt may take another door. */
  async send(
    batch: Batch,
    { doors, random, patience = STUBBORN, hasTwin = false }: Sending,
  ): Promise<Outcome> {
    const able = batch.changes.some(({ kind }) => kind === "transfer")
      ? doors.filter(({ saysTransfer }) => saysTransfer)
      : doors;
    const sentAt = performance.now();
    let outcome: Outcome = { kind: "unknown" };
    for (let attempt = 1; attempt <= patience.attempts; attempt++) {
      // A run that is lost already need not be patient as well.
      if (attempt > 1 && this.faults.length > LOST) break;
      const door = random.pick(able);
      const answer = await door.record(batch);
      this.attempts++;
      if (answer.kind === "open") {
        this.#note(door, answer);
        await sleep(random.next() * Math.max(patience.pauseMs, answer.retryAfterMs ?? 0));
        continue;
      }
      // The Square door does not say whether it answers again: then its counts may be of a later moment.
      const again = attempt > 1 || (hasTwin && !door.saysReplayed);
      outcome = answer.kind === "acknowledged" && again ? { ...answer, replayed: true } : answer;
      break;
    }
    const answeredAt = performance.now();
    this.slowestMs = Math.max(this.slowestMs, answeredAt - sentAt);
    if (outcome.kind === "acknowledged") this.changes += outcome.recorded.length;
    this.writes.push({ batch, sentAt, answeredAt, outcome });
    return outcome;
  }

  /** Reads the counts of a batch's items at some door. */
  async look(batch: Batch, door: Door): Promise<void> {
    const items = [...new Set(batch.changes.map(({ item }) => item))].filter(
      (item) => !item.startsWith("NOBODY"),
    );
    if (items.length === 0) return;
    const sentAt = performance.now();
    const counts = await door.counts(items);
    const answeredAt = performance.now();
    if (counts === undefined) return;
    const found = new Map(counts.map(({ key, quantity }) => [key, quantity]));
    const keys = new Set(batch.changes.flatMap(keysOf).filter((key) => !key.startsWith("NOBODY")));
    for (const key of keys) this.reads.push({ sentAt, answeredAt, key, quantity: found.get(key) });
  }

  #note(door: Door, { because, fault }: Extract<Attempt, { kind: "open" }>): void {
    this.unanswered++;
    if (fault !== undefined) this.faults.push(`FAULT: ${door.name}: ${fault} (${because})`);
  }

  /** Everything against what the ledger holds in the end; one sentence a violation. */
  async judge({ url, token }: { url: string } & Pick<Merchant, "token">): Promise<string[]> {
    const client = clientOf({ url, token, attempts: 20, attemptMs: 120_000 });
    const [log, counts] = [await readLog(client), await readCounts(client)];
    const history: History = { writes: this.writes, reads: this.reads, log, counts };
    const { findings } = await client.ledger.verify({}, { timeoutMs: 600_000 });
    const drift = findings.map((finding) => `DRIFT: ${JSON.stringify(finding)}`);
    return [...this.faults, ...checkHistory(history), ...drift];
  }
}
