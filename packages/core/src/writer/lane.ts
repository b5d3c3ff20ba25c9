import {
  type Application,
  type Count,
  type CreateChangesOutput,
  formatQuantity,
  formatTime,
  LIMITS,
  type Micros,
  Refusal,
} from "@bincard/contracts";
import { type Batch, judgeGroup, type Standing, type Verdict } from "../rules/group.ts";
import { changeOf } from "../rules/recorded.ts";
import { append, type KeyedRequest } from "../store/append.ts";
import type { Sql, Statement } from "../store/connect.ts";
import { isConnectionFault, isContention, isKeyTaken, unavailable } from "../store/faults.ts";
import { Knowledge } from "./knowledge.ts";

/** A batch on its way into the ledger. */
export interface Submission extends KeyedRequest, Batch {
  readonly source: Application;
}

/** Answers a submission whose key was used before, or `undefined` when it was not. */
export type Replay = (submission: Submission) => Promise<CreateChangesOutput | undefined>;

interface Waiting {
  readonly submission: Submission;
  readonly resolve: (answer: CreateChangesOutput) => void;
  readonly reject: (reason: unknown) => void;
}

/** Missed fences before a group takes the merchant's lock first, so that nobody starves. */
const MISSES_BEFORE_LOCKING = 3;
const ATTEMPTS = 4;
const PAUSE_MS = 150;

const mayPass = (error: unknown): boolean => isConnectionFault(error) || isContention(error);

type Outcome = "written" | "missed";

/** Reads and writes of a lane go through connections that plan differently. */
export interface LaneConnections {
  readonly read: Sql;
  readonly write: Sql;
}
interface Through {
  readonly read: Statement;
  readonly write: Statement;
}

/**
 * The one way into a merchant's ledger within a server. What arrives while a statement is in flight
 * waits and goes together in the next one; several servers meet at the fence.
 */
export class Lane {
  readonly #through: LaneConnections;
  readonly #replay: Replay;
  readonly #knowledge: Knowledge;
  #queue: Waiting[] = [];
  #running = false;

  constructor(merchantId: string, through: LaneConnections, replay: Replay) {
    this.#through = through;
    this.#replay = replay;
    this.#knowledge = new Knowledge(merchantId);
  }

  get isIdle(): boolean {
    return !this.#running;
  }

  submit(submission: Submission): Promise<CreateChangesOutput> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ submission, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#queue.length > 0) await this.#settle(this.#nextGroup());
    this.#running = false;
  }

  /** As many as fit one statement, in order; a key that is in the group already waits for its answer. */
  #nextGroup(): Waiting[] {
    const group: Waiting[] = [];
    const keys = new Set<string>();
    let changes = 0;
    let taken = 0;
    for (const waiting of this.#queue) {
      const { key, entries } = waiting.submission;
      changes += entries.length;
      if (keys.has(key) || (changes > LIMITS.changesPerRequest && group.length > 0)) break;
      keys.add(key);
      group.push(waiting);
      taken++;
    }
    this.#queue = this.#queue.slice(taken);
    return group;
  }

  /** Never throws: every one of the group gets its answer or its refusal. */
  async #settle(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#write(group);
    } catch (error) {
      this.#knowledge.forget();
      if (group.length > 1) {
        // One bad request must not fail its neighbours: each goes by itself.
        for (const waiting of group) await this.#settle([waiting]);
        return;
      }
      for (const waiting of group) await this.#settleAlone(waiting, error);
    }
  }

  /** After a cut nobody knows whether the statement went in; sending it again under its key settles it. */
  async #settleAlone(waiting: Waiting, first: unknown): Promise<void> {
    let error = first;
    for (let attempt = 1; attempt < ATTEMPTS && mayPass(error); attempt++) {
      await new Promise((wake) => setTimeout(wake, PAUSE_MS * attempt));
      try {
        await this.#write([waiting]);
        return;
      } catch (again) {
        this.#knowledge.forget();
        error = again;
      }
    }
    waiting.reject(mayPass(error) ? unavailable() : error);
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    let waiting = group;
    for (let misses = 0; waiting.length > 0;) {
      try {
        const outcome =
          misses < MISSES_BEFORE_LOCKING
            ? await this.#attempt(this.#through, waiting)
            : await this.#attemptLocked(waiting);
        if (outcome === "written") return;
        misses++;
        await this.#knowledge.catchUp(this.#through.read, "no lock");
      } catch (error) {
        if (!isKeyTaken(error)) throw error;
        waiting = await this.#answerReplays(waiting);
      }
    }
  }

  async #attempt({ read, write }: Through, group: readonly Waiting[]): Promise<Outcome> {
    const knowledge = this.#knowledge;
    const requests = group.map(({ submission }) => submission);
    await knowledge.learn(read, requests);
    const { fence } = knowledge;
    const judged = judgeGroup(requests, knowledge);
    const receivedAt = await append(write, { fence, requests, judged });
    if (receivedAt === undefined) return "missed";
    knowledge.commit(judged, receivedAt);
    group.forEach((waiting, index) => {
      const verdict = judged.verdicts[index];
      if (verdict !== undefined) answer(waiting, verdict, { fence, index, receivedAt });
    });
    return "written";
  }

  /** Holds the merchant's row while it reads and judges: slower, and certain. */
  async #attemptLocked(group: readonly Waiting[]): Promise<Outcome> {
    let written: Outcome = "missed";
    const answers: (() => void)[] = [];
    await this.#through.write.begin(async (sql) => {
      await this.#knowledge.catchUp(sql, "lock");
      const held = group.map(({ submission, resolve, reject }) => ({
        submission,
        // Nobody hears of it before the transaction has committed.
        resolve: (value: CreateChangesOutput) => answers.push(() => resolve(value)),
        reject: (reason: unknown) => answers.push(() => reject(reason)),
      }));
      written = await this.#attempt({ read: sql, write: sql }, held);
    });
    for (const tell of answers) tell();
    return written;
  }

  /** Answers the requests whose keys were used before; the others are left to write. */
  async #answerReplays(group: readonly Waiting[]): Promise<Waiting[]> {
    const replays = await Promise.all(
      group.map(async (waiting) => {
        try {
          const answered = await this.#replay(waiting.submission);
          if (answered === undefined) return waiting;
          waiting.resolve(answered);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          waiting.reject(error);
        }
        return undefined;
      }),
    );
    return replays.filter((waiting) => waiting !== undefined);
  }
}

interface Written {
  readonly fence: { readonly merchantId: string };
  readonly index: number;
  readonly receivedAt: Micros;
}

function answer(waiting: Waiting, verdict: Verdict, { fence, index, receivedAt }: Written): void {
  const { submission, resolve, reject } = waiting;
  if (verdict.kind === "refused") {
    reject(new Refusal(...verdict.failures));
    return;
  }
  const { merchantId } = fence;
  const { source } = submission;
  const createdAt = formatTime(receivedAt + index);
  resolve({
    changes: verdict.recorded.map((placed) => changeOf(placed, { merchantId, createdAt, source })),
    counts: verdict.standings.map((standing) => countOf(standing, receivedAt)),
    position: verdict.position,
    idempotencyKey: submission.key,
    replayed: false,
  });
}

function countOf({ key, quantity, calculated }: Standing, receivedAt: Micros): Count {
  const at = "at" in calculated ? calculated.at : receivedAt + calculated.receivedWith;
  return {
    catalogObjectId: key.catalogObjectId,
    catalogObjectType: "ITEM_VARIATION",
    locationId: key.locationId,
    state: key.state,
    quantity: formatQuantity(quantity),
    calculatedAt: formatTime(at),
  };
}
