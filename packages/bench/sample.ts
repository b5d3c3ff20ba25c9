/** What a load loop saw of one window. Latencies in milliseconds. */
export interface Driven {
  readonly seconds: number;
  readonly requests: number;
  readonly changes: number;
  readonly p50: number;
  readonly p99: number;
}

/** One window of one contender: what is kept in `results.json`. */
export interface Sample extends Driven {
  /** CPU seconds of the process under test; absent where the system does not tell. */
  readonly nodeCpu?: number | undefined;
  /** CPU seconds of the process that sends the load, where that is another one. */
  readonly loadCpu?: number | undefined;
  /** CPU seconds of every process of the PostgreSQL cluster. */
  readonly postgresCpu?: number | undefined;
  /** Bytes of write-ahead log the window caused. */
  readonly walBytes?: number | undefined;
  /** Largest resident memory seen, where the case watched it. */
  readonly nodeBytes?: number | undefined;
  readonly postgresBytes?: number | undefined;
}

/** One contender under one setting, with every window it was given. */
export interface Row {
  readonly contender: string;
  /** What distinguishes this row from the contender's others of the same case. */
  readonly setting: string;
  readonly samples: readonly Sample[];
}

/** What one round of work is counted in. */
export type Unit = "changes" | "requests";

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  /** What was done, in sentences. */
  readonly about: string;
  readonly unit: Unit;
  readonly rows: readonly Row[];
  /** Why something is missing, or what to know when reading the figures. */
  readonly notes: readonly string[];
}

export interface Environment {
  readonly startedAt: string;
  readonly seconds: number;
  readonly mode: "quick" | "full";
  readonly windowSeconds: number;
  readonly rounds: number;
  readonly node: string;
  readonly postgres: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** One-minute load averages, before and after. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, string>>;
  /** The revision that was measured, with a mark where the tree was changed. */
  readonly revision: string;
}

export interface Results {
  readonly environment: Environment;
  readonly cases: readonly CaseResult[];
}
