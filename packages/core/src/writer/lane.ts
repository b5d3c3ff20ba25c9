import { randomInt } from "node:crypto";
import { type CreateChangesOutput, type Micros, Refusal } from "@bincard/contracts";
import { judgeGroup } from "../rules/group.ts";
import type { Group } from "../store/append.ts";
import type { Sql } from "../store/connect.ts";
import {
  isConnectionFault,
  isContention,
  isExhaustion,
  isKeyTaken,
  isKeyTakenOf,
  unavailable,
} from "../store/faults.ts";
import type { Writer, Writers } from "../store/writers.ts";
import type { Telemetry } from "../telemetry.ts";
import { answer, type Submission, type Waiting } from "./answer.ts";
import { Knowledge, type Sources } from "./knowledge.ts";
import { sendGroups } from "./send-groups.ts";
import { TwoGenerations } from "./two-generations.ts";

/** Answers a submission whose key was used before, or `undefined` when it was not. */
export type Replay = (submission: Submission) => Promise<CreateChangesOutput | undefined>;

/** Missed fences before a group takes the merchant's lock first, so that nobody starves. */
const MISSES_BEFORE_LOCKING = 3;
const ATTEMPTS = 4;
const PAUSE_MS = 150;
/** Keys a lane remembers to have answered: their retries need not fail a whole group to be found. */
const REMEMBERED_KEYS = 1_000;

const mayPass = (error: unknown): boolean => isConnectionFault(error) || isContention(error);

type Outcome = "written" | "missed";

/** What a lane reads and writes through; all of it is its merchant's. */
export interface LaneConnections {
  readonly read: Sql;
  readonly writers: Writers;
  readonly locking: Sql;
}

export interface LaneOptions {
  readonly merchantId: string;
  readonly through: LaneConnections;
  readonly replay: Replay;
  readonly telemetry: Telemetry | undefined;
  /** Counts kept between groups. */
  readonly remembered: number;
  /** Keys, objects and locations that one group may name. */
  readonly namedInGroup: number;
}

/** How much more a statement takes on. */
export interface Room {
  readonly requests: number;
  readonly changes: number;
  /** The largest request that it takes on. */
  readonly perRequest: number;
}

/** Groups of a lane that are on their way at once: the second is there before the first is done. */
const FLIGHTS = 2;
/** A random number that no other group of the merchant's is likely to have. */
const MARKS = 2 ** 47;

/**
 * The one way into a merchant's ledger within a server: what is here waits its turn, is judged against
 * what the lane knows and goes in behind the merchant's fence. A group may be sent behind another on the same
 * connection, judged over what that one will have written; whoever takes a group brings it to an end.
 */
export class Lane {
  readonly merchantId: string;
  readonly #options: LaneOptions;
  readonly #knowledge: Knowledge;
  readonly #answeredKeys = new TwoGenerations<true>(REMEMBERED_KEYS);
  #queue: Waiting[] = [];
  /** Which carries this lane's groups that are on their way. */
  #writer: Writer | undefined;
  #flights = 0;
  /** Keys of the groups that are on their way. */
  readonly #flying = new Set<string>();
  /** Set while a group is being read for, until it leaves. */
  #isReading = false;
  /** Groups that are being brought to their end, one after the other. */
  #settling = 0;
  #settled: Promise<void> = Promise.resolve();
  /** Set from when a group could not go in behind another until one has gone in by itself. */
  #isAlone = false;

  constructor(options: LaneOptions) {
    this.merchantId = options.merchantId;
    this.#options = options;
    this.#knowledge = new Knowledge(options.merchantId, options);
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Changes of the request that has waited longest. */
  get changesNext(): number {
    return this.#queue[0]?.submission.entries.length ?? 0;
  }

  /** Entries remembered, for whoever has to keep many lanes within bounds. */
  get size(): number {
    return this.#knowledge.size + this.#answeredKeys.size;
  }

  /** Whether a group may be taken now. */
  get isOpen(): boolean {
    if (this.#isReading || this.#settling > 0) return false;
    return this.#flights === 0 || (this.#flights < FLIGHTS && !this.#isAlone);
  }

  /** The one that carries this lane's groups just now: what goes behind them has to go through it. */
  get writer(): Writer | undefined {
    return this.#writer;
  }

  get isIdle(): boolean {
    return this.isOpen && this.#flights === 0 && this.#queue.length === 0;
  }

  push(waiting: Waiting): void {
    this.#queue.push(waiting);
  }

  /**
   * As many as fit, in order, and one at least, unless it waits for an answer: a key that is in the group or on its
   * way already does. One that was answered is answered again; so is one that may no more be written, if it was.
   */
  take(room: Room): Waiting[] {
    const group: Waiting[] = [];
    const keys = new Set<string>();
    let changes = 0;
    let seen = 0;
    for (const waiting of this.#queue) {
      const { key, entries, refusal } = waiting.submission;
      changes += entries.length;
      const isFull =
        changes > room.changes || group.length >= room.requests || entries.length > room.perRequest;
      if (keys.has(key) || this.#flying.has(key) || (isFull && group.length > 0)) break;
      seen++;
      if (refusal !== undefined || this.#answeredKeys.get(key) === true) {
        changes -= entries.length;
        void this.#answerAgain(waiting);
        continue;
      }
      keys.add(key);
      group.push(waiting);
    }
    this.#queue = this.#queue.slice(seen);
    return group;
  }

  /**
   * Whether a group can be judged with what the lane knows. When it cannot, and others are on their way, it goes
   * back to where it came from until they are in: what would be read meanwhile is not yet true.
   */
  suffices(group: readonly Waiting[]): "yes" | "no" | "later" {
    if (this.#knowledge.suffices(group.map(({ submission }) => submission))) return "yes";
    if (this.#flights === 0) return "no";
    this.#queue = [...group, ...this.#queue];
    this.#isAlone = true;
    return "later";
  }

  /** Reads what a group names and the lane does not know. */
  async learn(group: readonly Waiting[]): Promise<void> {
    this.#isReading = true;
    await this.#knowledge.learn(
      this.#ownSources,
      group.map(({ submission }) => submission),
    );
  }

  /** Judges a group that the lane knows enough for. */
  judge(group: readonly Waiting[]): Group {
    const requests = group.map(({ submission }) => submission);
    return {
      fence: this.#knowledge.fence,
      mark: randomInt(1, MARKS),
      requests,
      judged: judgeGroup(requests, this.#knowledge),
    };
  }

  /** A group leaves. */
  send(group: Group, writer: Writer): void {
    this.#isReading = false;
    this.#knowledge.send(group);
    this.#writer = writer;
    this.#flights++;
    for (const { key } of group.requests) this.#flying.add(key);
  }

  /** It is back, whatever has become of it. */
  end(group: Group): void {
    this.#flights--;
    if (this.#flights === 0) this.#writer = undefined;
    for (const { key } of group.requests) this.#flying.delete(key);
  }

  /**
   * Takes over a group that was written. What it returns tells those who wait; undefined when something that
   * was sent before it failed: then its keys have to tell.
   */
  commit(waiting: readonly Waiting[], group: Group, receivedAt: Micros): (() => void) | undefined {
    if (!this.#knowledge.commit(group, receivedAt)) return undefined;
    this.#isAlone = false;
    for (const { key } of group.requests) this.#answeredKeys.set(key, true);
    return () =>
      waiting.forEach((each, index) => {
        const verdict = group.judged.verdicts[index];
        if (verdict !== undefined)
          answer(each, verdict, { merchantId: this.merchantId, index, receivedAt });
      });
  }

  /**
   * Brings a group to its end that did not go in with others: `fault` is what its statement failed with,
   * or undefined when its fence was missed. Never throws: everyone gets an answer or a refusal.
   */
  settle(group: readonly Waiting[], fault: unknown): Promise<void> {
    this.#isReading = false;
    this.#settling++;
    // What was sent behind it fails as well, and is settled after it.
    this.#settled = this.#settled.then(async () => {
      this.#knowledge.drop();
      await this.#settle(group, fault);
      this.#isAlone = true;
      this.#settling--;
    });
    return this.#settled;
  }

  async #settle(group: readonly Waiting[], fault: unknown): Promise<void> {
    // Anything else may be another merchant's, whose group went in the same statement: by itself this one shows its own.
    let error = mayPass(fault) || isExhaustion(fault) ? fault : undefined;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      error ??= await this.#tryWriting(group, isKeyTakenOf(fault, this.merchantId));
      if (error === undefined) return;
      this.#forget();
      // Nothing was written, and each by itself would wait as long for the same: together they are told at once.
      if (isExhaustion(error)) break;
      if (!mayPass(error)) {
        await this.#settleEach(group, error);
        return;
      }
      // After a cut nobody knows whether the statement went in; sending it again under its keys settles it.
      this.#options.telemetry?.retried(isContention(error) ? "contention" : "connection");
      if (attempt < ATTEMPTS) {
        await new Promise((wake) => setTimeout(wake, PAUSE_MS * attempt));
        error = undefined;
      }
    }
    for (const { reject } of group) reject(unavailable(error));
  }

  /** Whatever was believed, the keys that were seen to go in included: a transaction may fail at its very end. */
  #forget(): void {
    this.#knowledge.forget();
    this.#answeredKeys.clear();
  }

  /** What it failed with, or undefined when all of the group is answered. */
  async #tryWriting(group: readonly Waiting[], isKeyTakenHere: boolean): Promise<unknown> {
    try {
      await this.#write(isKeyTakenHere ? await this.#answerReplays(group) : group);
      return undefined;
    } catch (error) {
      return error ?? new Error("a statement failed and did not say why");
    }
  }

  /** One bad request must not fail its neighbours: each goes by itself. */
  async #settleEach(group: readonly Waiting[], error: unknown): Promise<void> {
    if (group.length === 1) for (const { reject } of group) reject(error);
    else for (const waiting of group) await this.#settle([waiting], undefined);
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    let waiting = group;
    for (let misses = 0; waiting.length > 0;) {
      try {
        if (misses === MISSES_BEFORE_LOCKING) {
          await this.#attemptLocked(waiting);
          return;
        }
        await this.#knowledge.catchUp(this.#options.through.read, "no lock");
        if ((await this.#attempt(this.#ownSources, waiting)) === "written") return;
        misses++;
      } catch (error) {
        if (!isKeyTaken(error)) throw error;
        waiting = await this.#answerReplays(waiting);
      }
    }
  }

  /** `sources`: the lane's own, or a transaction that holds the lock. */
  async #attempt(sources: Sources, waiting: readonly Waiting[]): Promise<Outcome> {
    const { telemetry } = this.#options;
    await this.#knowledge.learn(
      sources,
      waiting.map(({ submission }) => submission),
    );
    const group = this.judge(waiting);
    this.#knowledge.send(group);
    try {
      const [receivedAt] = await sources.ask((sql) => sendGroups(sql, [group], telemetry));
      if (receivedAt === undefined) return "missed";
      const tell = this.commit(waiting, group, receivedAt);
      if (tell === undefined) throw new Error("a group went in over another that is not known");
      tell();
      return "written";
    } finally {
      this.#knowledge.drop();
    }
  }

  get #ownSources(): Sources {
    const { read, writers } = this.#options.through;
    return { read, ask: (send) => writers.leastBusy().run([this.merchantId], send) };
  }

  /** Holds the merchant's row while it reads and judges: slower, and certain. */
  async #attemptLocked(group: readonly Waiting[]): Promise<void> {
    this.#options.telemetry?.lockWaited();
    const answers: (() => void)[] = [];
    const outcome = await this.#options.through.locking.begin(async (sql) => {
      await this.#knowledge.catchUp(sql, "lock");
      const held = group.map(({ submission, resolve, reject }) => ({
        submission,
        // Nobody hears of it before the transaction has committed.
        resolve: (value: CreateChangesOutput) => answers.push(() => resolve(value)),
        reject: (reason: unknown) => answers.push(() => reject(reason)),
      }));
      return this.#attempt({ read: sql, ask: (send) => send(sql) }, held);
    });
    if (outcome === "missed") throw new Error("a fence was missed under the merchant's lock");
    for (const tell of answers) tell();
  }

  /** The answer of a key that was used before: this lane has seen it go in, or nothing else can be said. */
  async #answerAgain(waiting: Waiting): Promise<void> {
    try {
      const [unanswered] = await this.#answerReplays([waiting]);
      if (unanswered === undefined) return;
      throw unanswered.submission.refusal ?? new Error("a key that was answered is gone");
    } catch (error) {
      waiting.reject(mayPass(error) ? unavailable(error) : error);
    }
  }

  /** Answers the requests whose keys were used before; the others are left to write. */
  async #answerReplays(group: readonly Waiting[]): Promise<Waiting[]> {
    const replays = await Promise.all(
      group.map(async (waiting) => {
        try {
          const answered = await this.#options.replay(waiting.submission);
          if (answered === undefined) return waiting;
          waiting.resolve(answered);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          waiting.reject(error);
        }
        this.#options.telemetry?.replayed();
        return undefined;
      }),
    );
    return replays.filter((waiting) => waiting !== undefined);
  }
}
