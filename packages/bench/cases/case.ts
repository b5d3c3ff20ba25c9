import type { Bench } from "../bench.ts";
import type { Row, Unit } from "../sample.ts";
import type { Keys, Work } from "../work.ts";

export interface Case {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly unit: Unit;
  /** Whether `--quick` runs it. */
  readonly quick: boolean;
  /** Notes go to the document. */
  run(bench: Bench, note: (text: string) => void): Promise<readonly Row[]>;
}

const UNIFORM: Keys = { kind: "uniform", items: 1_000 };

/** What the goals are stated for: 32 requests in flight, one merchant, a thousand items. */
export function workOf(size: number, other: Partial<Work> = {}): Work {
  return { size, keys: UNIFORM, merchants: 1, clients: 32, ...other };
}
