import { negative, sum } from "@bincard/client/sum";
import type { Line } from "./count-sheet.ts";
import type { Then } from "./held-then.ts";
import { largest } from "./largest.ts";

/** A line beside what the ledger said when it was counted. */
export interface Compared extends Line {
  readonly id: string;
  readonly held: Then;
  /** Counted less what the ledger said then; `undefined` when that cannot be said. */
  readonly difference: string | undefined;
}

export interface Findings {
  readonly lines: number;
  /** Those whose difference is not 0, or cannot be said. */
  readonly differing: number;
  /** At most `SHOWN_MAX`, the largest difference first. */
  readonly largest: readonly Compared[];
}

export type Ask = (
  lines: ReadonlyMap<string, Line>,
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, Then>>;

export const SHOWN_MAX = 2_000;
/** The contracts' `idsPerFilter`. */
export const LINES_PER_QUESTION = 1_000;
const QUESTIONS_AT_ONCE = 2;

/**
 * The lines of a sheet beside what the ledger said of them. Each is asked about once, and again only when it was
 * counted anew or moved in the ledger, so that a sale does not cost the whole sheet.
 */
export class Comparison {
  readonly #ask: Ask;
  #lines: ReadonlyMap<string, Line> = new Map();
  readonly #answers = new Map<string, { readonly line: Line; readonly compared: Compared }>();
  readonly #queue = new Set<string>();
  #asking = new AbortController();
  #isPaused = false;
  #questions = 0;
  #findings: Findings | undefined;
  #error: unknown;
  #version = 0;
  readonly #listeners = new Set<() => void>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Of all lines, as soon as each is answered; then as of the last time that nothing was left to ask. */
  get findings(): Findings | undefined {
    return this.#findings;
  }

  /** Why the last question was not answered; `undefined` when it was. */
  get error(): unknown {
    return this.#error;
  }

  /** How many lines are answered. */
  get answered(): number {
    return this.#answers.size;
  }

  get version(): number {
    return this.#version;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** These are the lines by now: those that say something new are asked about. */
  compare(lines: Iterable<readonly [id: string, line: Line]>): void {
    this.#lines = new Map(lines);
    this.#isPaused = false;
    for (const id of this.#answers.keys()) if (!this.#lines.has(id)) this.#answers.delete(id);
    for (const [id, line] of this.#lines)
      if (this.#answers.get(id)?.line !== line) this.#queue.add(id);
    this.#error = undefined;
    this.#go();
  }

  /** The ledger says something else of these. What is shown of them stays until it has answered. */
  moved(ids: Iterable<string>): void {
    for (const id of ids) if (this.#lines.has(id)) this.#queue.add(id);
    this.#go();
  }

  /** Asks again what was refused. */
  retry(): void {
    this.#error = undefined;
    this.#go();
  }

  /** Asks nothing more until `compare`. */
  pause(): void {
    this.#isPaused = true;
    this.#asking.abort();
    this.#asking = new AbortController();
  }

  #go(): void {
    while (this.#questions < QUESTIONS_AT_ONCE && this.#queue.size > 0) {
      const some = new Map<string, Line>();
      for (const id of this.#queue) {
        if (some.size === LINES_PER_QUESTION) break;
        this.#queue.delete(id);
        const line = this.#lines.get(id);
        if (line !== undefined) some.set(id, line);
      }
      if (some.size > 0) void this.#read(some, this.#asking.signal);
    }
    if (this.#questions === 0 && this.#error === undefined) this.#find();
    this.#tell();
  }

  async #read(lines: ReadonlyMap<string, Line>, signal: AbortSignal): Promise<void> {
    this.#questions += 1;
    try {
      for (const [id, held] of await this.#ask(lines, signal)) {
        const line = lines.get(id);
        if (line === undefined || !this.#lines.has(id)) continue;
        this.#answers.set(id, { line, compared: compared(id, line, held) });
      }
    } catch (error) {
      for (const id of lines.keys()) this.#queue.add(id);
      if (!signal.aborted) this.#error = error;
    }
    this.#questions -= 1;
    if (this.#isPaused || this.#error !== undefined) this.#tell();
    else this.#go();
  }

  #find(): void {
    const all: Compared[] = [];
    let differing = 0;
    for (const id of this.#lines.keys()) {
      const answer = this.#answers.get(id)?.compared;
      if (answer === undefined) continue;
      all.push(answer);
      if (answer.difference !== "0") differing += 1;
    }
    this.#findings = { lines: all.length, differing, largest: largest(all, SHOWN_MAX, weightOf) };
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function compared(id: string, { quantity, at }: Line, held: Then): Compared {
  const difference = held.kind === "held" ? sum(quantity, negative(held.quantity)) : undefined;
  return { id, quantity, at, held, difference };
}

/** What cannot be said wants to be looked at first. */
function weightOf({ difference }: Compared): number {
  return difference === undefined ? Number.POSITIVE_INFINITY : Math.abs(Number(difference));
}
