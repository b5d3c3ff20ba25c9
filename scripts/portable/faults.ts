import type { Exception, RuleName } from "./exceptions.ts";

/** One broken rule, before exceptions. */
export interface Breach {
  readonly rule: RuleName;
  /** A sentence that says what to do instead. */
  readonly says: string;
}

export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Lets through what the list of exceptions names, and knows which of its entries were needed. */
export class Permits {
  readonly #exceptions: readonly Exception[];
  readonly #used = new Set<Exception>();

  constructor(exceptions: readonly Exception[]) {
    this.#exceptions = exceptions;
  }

  /** What of these breaches at this place no exception lets through. */
  left(place: string, breaches: readonly Breach[]): Breach[] {
    return breaches.filter(({ rule }) => {
      const permits = this.#exceptions.filter(
        (exception) => exception.rule === rule && exception.matches.test(oneLine(place)),
      );
      for (const permit of permits) this.#used.add(permit);
      return permits.length === 0;
    });
  }

  unused(): Exception[] {
    return this.#exceptions.filter((exception) => !this.#used.has(exception));
  }
}
