import { join } from "node:path";
import { type Child, startChild } from "./child.ts";
import type { Cluster } from "./cluster.ts";
import type { Door } from "./contenders/doors.ts";
import { createNaiveTables } from "./contenders/naive.ts";
import { createPlainTables } from "./contenders/plain.ts";
import { createRawTable } from "./contenders/raw.ts";
import { createWorld } from "./data/world.ts";
import { type Contender, inTurns, type Rounds } from "./measure.ts";
import type { Options } from "./options.ts";
import type { Listens } from "./processes/echo-server.ts";
import type { Load, LoadSettings } from "./processes/load.ts";
import type { WriterSettings, Writing } from "./processes/writer.ts";
import type { Driven, Row } from "./sample.ts";
import { type Server, startServer } from "./server.ts";
import type { Work, World } from "./work.ts";

type WriterName = WriterSettings["contender"];
type LoadProcess = Child<Load, Driven>;

/** Processes that stand ready to be measured; each is started when it is first asked for. */
export interface Target {
  readonly url: string;
  readonly pid: number;
}
export type TargetName = "bincard" | "stub" | "echo" | "naive";

interface WriterPlace {
  readonly connections?: number | undefined;
  /** Another database than the run's. */
  readonly world?: World | undefined;
}
interface WriterLabels extends WriterPlace {
  readonly name: string;
  readonly setting?: string;
}
interface DoorLabels {
  readonly name: string;
  readonly setting?: string;
  readonly door: Door | "client library";
  /** Server processes to deal the clients out over; one when left out. */
  readonly servers?: number;
}

const MERCHANTS = 20;
/** A new process is given this many requests before it is measured. */
const WARM_REQUESTS = 5_000;
const WARM_SECONDS = { quick: 2, full: 6 };

/** One run: its cluster, its database, its processes, and how long a window is. */
export class Bench {
  readonly cluster: Cluster;
  readonly options: Options;
  readonly #started = new Map<string, Promise<unknown>>();
  readonly #stops: (() => Promise<void>)[] = [];
  readonly #warm = new Set<string>();

  constructor(cluster: Cluster, options: Options) {
    this.cluster = cluster;
    this.options = options;
  }

  /** The database that contenders write to, each into its own tables. */
  world(): Promise<World> {
    return this.once("world", async () => {
      const world = await createWorld(await this.cluster.createDatabase("bench"), MERCHANTS);
      await createRawTable(world.databaseUrl);
      await createNaiveTables(world);
      await createPlainTables(world.databaseUrl);
      return world;
    });
  }

  /** One way of writing in a process of its own. */
  writer(contender: WriterName, { connections = 10, world }: WriterPlace = {}) {
    const where = world?.databaseUrl ?? "";
    return this.once(`writer ${contender} ${connections} ${where}`, async () => {
      const settings = { contender, world: world ?? (await this.world()), connections };
      return this.keep(
        await startChild<Writing, Driven>("writer", settings satisfies WriterSettings),
      );
    });
  }

  /** The sender of HTTP requests. */
  load(): Promise<LoadProcess> {
    return this.once("load", async () => {
      const settings: LoadSettings = { world: await this.world() };
      return this.keep(await startChild<Load, Driven>("load", settings));
    });
  }

  target(name: TargetName): Promise<Target> {
    return this.once(`target ${name}`, async () => {
      if (name === "bincard") return this.server(0);
      const child = this.keep(await startChild(`${name}-server`, { world: await this.world() }));
      return { url: (child.ready as Listens).url, pid: child.pid };
    });
  }

  /** One of several Bincard servers on one database. */
  server(index: number): Promise<Server> {
    return this.once(`server ${index}`, async () => {
      const { databaseUrl, merchants } = await this.world();
      const dataDir = join(this.cluster.folder, `server-${index}`);
      const rootToken = merchants[0]?.token ?? "";
      return this.keep(await startServer({ databaseUrl, dataDir, rootToken }));
    });
  }

  /** A writer as a contender for `work`. */
  async inProcess(
    contender: WriterName,
    work: Work,
    { name, setting = "", ...place }: WriterLabels,
  ): Promise<Contender> {
    const writer = await this.writer(contender, place);
    const run = async (seconds: number, isStocked = false) =>
      writer.ask({ work, seconds, isStocked });
    await this.#warmUp(String(writer.pid), work, run);
    return { name, setting, run, pids: [writer.pid] };
  }

  /** A server behind HTTP as a contender for `work`. */
  async overHttp(
    target: TargetName,
    work: Work,
    { name, setting = "", door, servers = 1 }: DoorLabels,
  ): Promise<Contender> {
    const targets = [await this.target(target)];
    while (targets.length < servers) targets.push(await this.server(targets.length));
    const load = await this.load();
    const urls = targets.map(({ url }) => url);
    const pids = targets.map(({ pid }) => pid);
    const run = async (seconds: number, isStocked = false) =>
      load.ask({ kind: "write", urls, door, work, seconds, isStocked });
    await this.#warmUp(`${pids.join(" ")} ${door}`, work, run);
    return { name, setting, run, pids, loadPid: load.pid };
  }

  /** Has `stop` called at the end of the run. */
  keep<Started extends { stop(): Promise<void> }>(started: Started): Started {
    this.#stops.push(() => started.stop());
    return started;
  }

  /** Windows in turns, as long and as many as the options say. */
  inTurns(contenders: readonly Contender[], less: Partial<Rounds> = {}): Promise<Row[]> {
    const { rounds, seconds } = this.options;
    return inTurns(contenders, this.cluster, { rounds, seconds, warmUpSeconds: 0.3, ...less });
  }

  /** Ends every process, the last one first. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.toReversed()) await stop();
    this.#stops.length = 0;
  }

  /** What stands in a shop is known to who has run it for a while, and what runs often is compiled. */
  async #warmUp(
    who: string,
    { size, merchants, keys }: Work,
    run: (seconds: number, isStocked?: boolean) => Promise<Driven>,
  ): Promise<void> {
    const stock = `${who} ${merchants} ${JSON.stringify(keys)}`;
    if (!this.#warm.has(stock)) await run(0.1, true);
    this.#warm.add(stock);
    const what = `${who} ${size === 1}`;
    if (this.#warm.has(what)) return;
    this.#warm.add(what);
    const longest = this.options.quick ? WARM_SECONDS.quick : WARM_SECONDS.full;
    for (let [requests, seconds] = [0, 0]; requests < WARM_REQUESTS && seconds < longest;) {
      const driven = await run(1);
      requests += driven.requests;
      seconds += driven.seconds;
    }
  }

  /** What is dear to make is made once a run, under its name. */
  once<Made>(name: string, make: () => Promise<Made>): Promise<Made> {
    const made = this.#started.get(name) ?? make();
    this.#started.set(name, made);
    return made as Promise<Made>;
  }
}
