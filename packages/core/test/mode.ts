import type { LedgerOptions } from "../src/index.ts";
import type { Hostility } from "./hostile.ts";

/** How a run of the laws is made harder; `vitest.config.ts` has a project for each. */
interface Mode {
  /** Changes in one statement, and what a server remembers between two. */
  readonly limits: Pick<LedgerOptions, "groupLimit" | "cacheLimit">;
  /** Servers of one database that answer in turn. */
  readonly servers: 1 | 2;
  /** Of a database that undoes writes. */
  readonly hostility?: Hostility;
  /** Cases of each property. */
  readonly runs: number;
}

const EVERYTHING = 1_000_000;
const SEED = Number(process.env["TEST_SEED"] ?? 1);
const FEW_RUNS = Number(process.env["TEST_RUNS"] ?? 12);

const MODES: Readonly<Record<string, Mode>> = {
  plain: { limits: {}, servers: 1, runs: 60 },
  /** One request a statement, and nothing remembered from one to the next. */
  alone: { limits: { groupLimit: 1, cacheLimit: 0 }, servers: 1, runs: FEW_RUNS },
  /** Whatever waits goes together, and nothing is forgotten. */
  together: {
    limits: { groupLimit: EVERYTHING, cacheLimit: EVERYTHING },
    servers: 1,
    runs: FEW_RUNS,
  },
  /** Two servers write one merchant, each with all that it remembers of it. */
  pair: { limits: { cacheLimit: EVERYTHING }, servers: 2, runs: FEW_RUNS },
  /** As on a cluster: no foreign keys, and writes that the database undoes. */
  portability: { limits: {}, servers: 1, hostility: { oneIn: 64, seed: SEED }, runs: FEW_RUNS },
};

const NAME = process.env["TEST_MODE"] ?? "plain";

function named(): Mode {
  const found = MODES[NAME];
  if (found === undefined) throw new Error(`there is no mode ${NAME}`);
  return found;
}

export const mode: Mode = named();
