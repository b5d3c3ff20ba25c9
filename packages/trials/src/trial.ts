import type { Random } from "./random.ts";

/** What a trial is given to run with. */
export interface Circumstances {
  readonly random: Random;
  /** 1 is the size of `pnpm test`; the soak takes more. Scales the amount of work, not its kind. */
  readonly size: number;
  /** A PostgreSQL on which the trial may make databases, as its superuser. */
  readonly serverUrl: string;
  /** Folder of another version's `initdb` and `postgres`, for clusters of the trial's own. */
  readonly programs: string | undefined;
}

export interface Report {
  /** What was done, by name: kills, batches, faults … */
  readonly figures: Readonly<Record<string, number>>;
  /** Violations of a promise, one sentence each. */
  readonly findings: readonly string[];
}

export interface Trial {
  readonly name: string;
  /** What it shows, and of which law. */
  readonly promise: string;
  run(circumstances: Circumstances): Promise<Report>;
}

/** Figures of what chance decides: those that did not occur this time are left out. */
export function occurred(figures: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure > 0));
}
