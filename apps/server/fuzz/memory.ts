import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** The heap after everything that can go is gone, sampled through a run. */
export class HeapWatch {
  readonly #samples: number[] = [];
  readonly #collect: () => void;

  constructor() {
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    if (typeof collect !== "function") throw new Error("this runtime cannot collect on demand");
    this.#collect = () => void Reflect.apply(collect, undefined, []);
  }

  sample(): void {
    this.#collect();
    this.#samples.push(process.memoryUsage().heapUsed);
  }

  /**
   * Megabytes that the heap's mean of the last quarter is above that of the second: caches have filled by then,
   * so what still grows is a leak.
   */
  grownMegabytes(): number {
    const quarter = Math.floor(this.#samples.length / 4);
    if (quarter === 0) return 0;
    const mean = (from: number) =>
      this.#samples.slice(from, from + quarter).reduce((sum, bytes) => sum + bytes, 0) / quarter;
    return (mean(this.#samples.length - quarter) - mean(quarter)) / 1_048_576;
  }

  megabytes(): readonly number[] {
    return this.#samples.map((bytes) => Math.round(bytes / 1_048_576));
  }
}
