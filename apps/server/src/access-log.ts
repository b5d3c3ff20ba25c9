import type { Log } from "./log.ts";

/** An answer that took longer is worth a line at any rate. */
const SLOW_MILLISECONDS = 1_000;
const WINDOW_MILLISECONDS = 1_000;
/** What a stranger sends as a path may be long. */
const PATH_CHARACTERS_MAX = 256;

export interface Answered {
  readonly requestId: string;
  readonly method: string;
  /** Without the query, which may hold anything. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  /** Health is asked all day long. */
  readonly isRoutine: boolean;
}

/**
 * A line for each answer, up to so many a second. Beyond that only faults and slow answers have one, and the others are
 * counted: writing a line costs about as much as answering a small request.
 */
export class AccessLog {
  readonly #log: Log;
  readonly #perSecond: number;
  #windowEnds = 0;
  #written = 0;
  #leftOut = 0;

  constructor(log: Log, perSecond: number) {
    this.#log = log;
    this.#perSecond = perSecond;
  }

  /** `now` in milliseconds, of a clock that never goes back. */
  answered({ isRoutine, path, milliseconds, ...answer }: Answered, now: number): void {
    if (now >= this.#windowEnds) this.#open(now);
    const isRemarkable = answer.status >= 500 || milliseconds >= SLOW_MILLISECONDS;
    if (this.#written >= this.#perSecond && !isRemarkable) {
      this.#leftOut++;
      return;
    }
    this.#written++;
    const shown =
      path.length > PATH_CHARACTERS_MAX ? `${path.slice(0, PATH_CHARACTERS_MAX)}…` : path;
    this.#log[isRoutine ? "debug" : "info"](
      { ...answer, path: shown, milliseconds: Math.round(milliseconds * 10) / 10 },
      "answered",
    );
  }

  #open(now: number): void {
    if (this.#leftOut > 0) this.#log.info({ answers: this.#leftOut }, "answered without a line");
    this.#windowEnds = now + WINDOW_MILLISECONDS;
    this.#written = 0;
    this.#leftOut = 0;
  }
}
