import { type CreateChangesOutput, LIMITS, type Micros } from "@bincard/contracts";
import type { Group } from "../store/append.ts";
import type { Pools } from "../store/connect.ts";
import type { Writer } from "../store/writers.ts";
import type { Telemetry } from "../telemetry.ts";
import type { Submission, Waiting } from "./answer.ts";
import { Lane, type Replay } from "./lane.ts";
import { sendGroups } from "./send-groups.ts";

/** Lanes kept for merchants that are not writing just now. */
const IDLE_LANES = 1_024;
/** Statements in flight at once, each with other merchants' groups. */
const STATEMENTS = 4;
/** Requests of more changes travel by themselves: a single sale would wait for all of a thousand that it goes with. */
const SMALL_REQUEST = 64;
/** Of the statements in flight: there is always one left for what is small. */
const LARGE_STATEMENTS = STATEMENTS - 1;
/** While two statements of fewer changes are in flight, joining the next costs less than one of one's own. */
const SMALL_CHANGES = 64;
const SMALL_STATEMENTS = 2;
/** … unless it is held up. */
const PATIENCE_MS = 20;

export interface LanesOptions {
  readonly pools: Pick<Pools, "of" | "writers" | "locking">;
  readonly replayFor: (merchantId: string) => Replay;
  readonly telemetry: Telemetry | undefined;
  /** Changes that a lane's group has at most, unless one request alone has more; a full statement takes on no other group. */
  readonly groupLimit: number;
  /** Counts, objects and locations remembered in all lanes together, about. */
  readonly cacheLimit: number;
}

/** A lane's group on its way. */
interface Carried {
  readonly lane: Lane;
  readonly waiting: readonly Waiting[];
  readonly group: Group;
}

/** What goes in one statement. */
interface Load {
  readonly carried: readonly Carried[];
  /** Which has to carry it, because it carries what goes before. */
  readonly writer: Writer | undefined;
}

interface Flight {
  /** Carries requests of more changes than `SMALL_REQUEST`. */
  readonly isLarge: boolean;
  readonly isSmall: boolean;
  readonly requests: number;
  readonly sentAt: number;
}

/**
 * A lane for each merchant that writes through this server, and the statements that carry their groups.
 * There is no timer to wait for: what arrives while statements are in flight goes in the next one, which
 * leaves as soon as one returns, before its answers are given. Half of those who take part travel in one
 * statement and half in another behind it, so that Postgres has its next work there when it is done, and
 * neither it nor we stand idle.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes with requests waiting that may go, the longest waiting first. */
  readonly #ready = new Set<Lane>();
  /** Groups whose lanes have read what they name. */
  readonly #learned = new Set<{ readonly lane: Lane; readonly waiting: readonly Waiting[] }>();
  readonly #flights = new Set<Flight>();
  #isScheduled = false;
  /** Set while a timer looks after a statement that may be held up. */
  #isWatched = false;

  constructor(options: LanesOptions) {
    this.#options = options;
  }

  submit(merchantId: string, submission: Submission): Promise<CreateChangesOutput> {
    const lane = this.#laneOf(merchantId);
    return new Promise((resolve, reject) => {
      lane.push({ submission, resolve, reject });
      if (!lane.isOpen) return;
      this.#ready.add(lane);
      this.#schedule();
    });
  }

  #laneOf(merchantId: string): Lane {
    const { pools, replayFor, telemetry, cacheLimit, groupLimit } = this.#options;
    let lane = this.#lanes.get(merchantId);
    if (lane === undefined)
      lane = new Lane({
        merchantId,
        through: {
          read: pools.of(merchantId).sql,
          writers: pools.writers,
          locking: pools.locking.of(merchantId),
        },
        replay: replayFor(merchantId),
        telemetry,
        remembered: cacheLimit,
        namedInGroup: namedIn(groupLimit),
      });
    // Set again, so that the map's order is the order of use.
    else this.#lanes.delete(merchantId);
    this.#lanes.set(merchantId, lane);
    return lane;
  }

  /** Once the requests that are arriving together have all arrived. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#pump(0);
    });
  }

  /** Sends what may leave now. `answered`: requests that are about to be answered, and will be back. */
  #pump(answered: number): void {
    while (this.#mayStart() && this.#ready.size + this.#learned.size > 0) {
      const load = this.#gather(answered);
      if (load.carried.length === 0) return;
      void this.#send(load);
    }
  }

  #mayStart(): boolean {
    if (this.#flights.size >= STATEMENTS) return false;
    const now = performance.now();
    let small = 0;
    for (const { isSmall, sentAt } of this.#flights)
      if (isSmall && now - sentAt < PATIENCE_MS) small++;
    if (small < SMALL_STATEMENTS) return true;
    this.#watch();
    return false;
  }

  get #large(): number {
    return [...this.#flights].filter(({ isLarge }) => isLarge).length;
  }

  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    setTimeout(() => {
      this.#isWatched = false;
      this.#pump(0);
    }, PATIENCE_MS).unref();
  }

  /** The next statement's groups, of the lanes that waited longest; all of them small, or all large. */
  #gather(answered: number): Load {
    let takingPart = answered;
    for (const lane of this.#ready) takingPart += lane.waiting;
    for (const flight of this.#flights) takingPart += flight.requests;
    let requests = Math.ceil(takingPart / 2);
    let changes = this.#options.groupLimit;
    let writer: Writer | undefined;
    let isLarge = this.#large < LARGE_STATEMENTS ? undefined : false;
    const fits = (first: number) => isLarge === undefined || isLarge === first > SMALL_REQUEST;
    const carried: Carried[] = [];
    const carry = (lane: Lane, group: readonly Waiting[]) => {
      const judged = this.#judge(lane, group);
      if (judged === undefined) return;
      carried.push({ lane, waiting: group, group: judged });
      writer ??= lane.writer;
      isLarge ??= largestIn(group) > SMALL_REQUEST;
      requests -= group.length;
      changes -= changesIn(group);
    };
    for (const learned of this.#learned) {
      if (changes <= 0) break;
      if (!fits(largestIn(learned.waiting))) continue;
      this.#learned.delete(learned);
      carry(learned.lane, learned.waiting);
    }
    for (const lane of this.#ready) {
      if (carried.length > 0 && (requests <= 0 || changes <= 0)) break;
      // Its last group is on its way by another connection, and nothing can be sent behind it from here.
      if (writer !== undefined && lane.writer !== undefined && lane.writer !== writer) continue;
      const first = lane.changesNext;
      if (!fits(first)) continue;
      this.#ready.delete(lane);
      // It was when it came here; a group of its own may have failed since, and is being settled.
      if (!lane.isOpen) continue;
      const perRequest = first > SMALL_REQUEST ? Infinity : SMALL_REQUEST;
      const group = lane.take({ requests, changes, perRequest });
      if (group.length === 0) continue;
      const known = lane.suffices(group);
      if (known === "yes") carry(lane, group);
      else if (known === "no") void this.#learn(lane, group);
    }
    return { carried, writer };
  }

  /** A group that cannot be judged must not take the others down with it. */
  #judge(lane: Lane, waiting: readonly Waiting[]): Group | undefined {
    try {
      return lane.judge(waiting);
    } catch (error) {
      void this.#settle(lane, waiting, error);
      return undefined;
    }
  }

  /** A lane that has to read first does not hold up the others. */
  async #learn(lane: Lane, waiting: readonly Waiting[]): Promise<void> {
    try {
      await lane.learn(waiting);
    } catch (error) {
      await this.#settle(lane, waiting, error);
      return;
    }
    this.#forgetLeastUsed();
    this.#learned.add({ lane, waiting });
    this.#pump(0);
  }

  async #send({ carried, writer = this.#options.pools.writers.leastBusy() }: Load): Promise<void> {
    const { telemetry } = this.#options;
    const changes = carried.reduce((sum, { waiting }) => sum + changesIn(waiting), 0);
    const flight: Flight = {
      isLarge: carried.some(({ waiting }) => largestIn(waiting) > SMALL_REQUEST),
      isSmall: changes < SMALL_CHANGES,
      requests: carried.reduce((sum, { waiting }) => sum + waiting.length, 0),
      sentAt: performance.now(),
    };
    this.#flights.add(flight);
    for (const { lane, group } of carried) {
      lane.send(group, writer);
      this.#release(lane);
    }
    let receivedAt: (Micros | undefined)[] = [];
    let fault: unknown;
    try {
      const groups = carried.map(({ group }) => group);
      const merchantIds = groups.map(({ fence }) => fence.merchantId);
      receivedAt = await writer.run(merchantIds, (sql) => sendGroups(sql, groups, telemetry));
    } catch (error) {
      fault = error;
    }
    this.#flights.delete(flight);
    const answers: (() => void)[] = [];
    let answered = 0;
    carried.forEach(({ lane, waiting, group }, index) => {
      const at = receivedAt[index];
      lane.end(group);
      const tell = at === undefined ? undefined : lane.commit(waiting, group, at);
      if (tell === undefined) {
        void this.#settle(lane, waiting, fault);
        return;
      }
      answers.push(tell);
      answered += waiting.length;
      this.#release(lane);
    });
    this.#pump(answered);
    // The next group has just been made ready, and thousands of answers would keep everybody else waiting once more.
    if (flight.isLarge) setImmediate(() => answers.forEach((tell) => tell()));
    else for (const tell of answers) tell();
  }

  /** What could not go in with others goes by itself. */
  async #settle(lane: Lane, waiting: readonly Waiting[], fault: unknown): Promise<void> {
    await lane.settle(waiting, fault);
    this.#release(lane);
    this.#pump(0);
  }

  #release(lane: Lane): void {
    if (lane.waiting > 0 && lane.isOpen) this.#ready.add(lane);
  }

  #forgetLeastUsed(): void {
    let size = 0;
    for (const lane of this.#lanes.values()) size += lane.size;
    for (const [merchantId, lane] of this.#lanes) {
      const isWithinBounds = size <= 2 * this.#options.cacheLimit && this.#lanes.size <= IDLE_LANES;
      if (isWithinBounds || this.#lanes.size === 1) return;
      if (!lane.isIdle) continue;
      this.#lanes.delete(merchantId);
      size -= lane.size;
    }
  }
}

const changesIn = (waiting: readonly Waiting[]): number =>
  waiting.reduce((sum, { submission }) => sum + submission.entries.length, 0);

const largestIn = (waiting: readonly Waiting[]): number =>
  waiting.reduce((most, { submission }) => Math.max(most, submission.entries.length), 0);

/** Keys, objects or locations that a group can name, which one request may fill beyond the limit. */
const namedIn = (groupLimit: number): number => 2 * Math.max(groupLimit, LIMITS.changesPerRequest);
