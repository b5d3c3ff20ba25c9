import type { CaseResult, Results, Row } from "../sample.ts";
import { count, milliseconds } from "./columns.ts";
import { type Figures, figuresOf } from "./figures.ts";

/** One line of the goal table. */
export interface Goal {
  readonly work: string;
  readonly goal: string;
  /** `undefined` when the run did not measure what the goal is about. */
  readonly outcome: Outcome | undefined;
  /** Which cases and which rows are compared. */
  readonly how: string;
}
export interface Outcome {
  readonly figure: string;
  readonly met: boolean;
}

/** Rows of a run by case, contender and setting. */
export class Finder {
  readonly #cases: readonly CaseResult[];

  constructor({ cases }: Results) {
    this.#cases = cases;
  }

  rows(name: string): readonly Row[] {
    return this.#cases.find((one) => one.name === name)?.rows ?? [];
  }

  /** `undefined` when the row was not measured. */
  figures(name: string, contender: string, setting?: string): Figures | undefined {
    const found = this.#cases.find((one) => one.name === name);
    const row = found?.rows.find(
      (one) => one.contender === contender && (setting === undefined || one.setting === setting),
    );
    return found === undefined || row === undefined ? undefined : figuresOf(row, found.unit);
  }
}

const times = (ratio: number): string => `${ratio.toFixed(2)} x`;

/** `part` of `whole`, at least `goal`. */
export function atLeast(
  part: number | undefined,
  whole: number | undefined,
  goal: number,
): Outcome | undefined {
  if (part === undefined || whole === undefined || whole === 0) return undefined;
  const ratio = part / whole;
  return { figure: `${times(ratio)} (${count(part)} of ${count(whole)})`, met: ratio >= goal };
}

/** A time of so many times another at most, both in milliseconds. */
export function atMost(
  part: number | undefined,
  whole: number | undefined,
  goal: number,
): Outcome | undefined {
  if (part === undefined || whole === undefined || whole === 0) return undefined;
  const ratio = part / whole;
  const figure = `${times(ratio)} (${milliseconds(part)} ms, ${milliseconds(whole)} ms)`;
  return { figure, met: ratio <= goal };
}

/** Met when all of them are; the figure is every one's, under its name. */
export function allOf(named: Readonly<Record<string, Outcome | undefined>>): Outcome | undefined {
  const known = Object.entries(named).filter(([, outcome]) => outcome !== undefined);
  if (known.length === 0) return undefined;
  const figure = known.map(([name, outcome]) => `${name} ${outcome?.figure ?? ""}`).join("; ");
  return { figure, met: known.every(([, outcome]) => outcome?.met === true) };
}

/** The one that is worst off, by its name: for goals that hold for each of many. */
export function worstOf(
  named: readonly (readonly [string, number | undefined, number | undefined])[],
  goal: number,
): Outcome | undefined {
  const ratios = named.flatMap(([name, part, whole]) =>
    part === undefined || whole === undefined || whole === 0
      ? []
      : [{ name, part, whole, ratio: part / whole }],
  );
  const [worst] = ratios.toSorted((a, b) => b.ratio - a.ratio);
  if (worst === undefined) return undefined;
  const { name, part, whole, ratio } = worst;
  const all = `of ${ratios.length}, ${ratios.filter((one) => one.ratio <= goal).length} within`;
  const figure = `worst: ${name} ${times(ratio)} (${milliseconds(part)} ms, ${milliseconds(whole)} ms); ${all}`;
  return { figure, met: ratio <= goal };
}
