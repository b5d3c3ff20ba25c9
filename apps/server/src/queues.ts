import { LIMITS } from "@bincard/contracts";
import { Turns } from "./turns.ts";

/** What asks the database for all that a merchant has. */
const WHOLE_LEDGER: ReadonlySet<string> = new Set(["ledger.verify"]);
/** What waits for somebody else's server holds no place at the database. */
const ELSEWHERE: ReadonlySet<string> = new Set(["webhooks.test"]);

/** Where calls wait for their turn: what takes long never takes the place of what is quick. */
export class Queues {
  readonly #quick = new Turns({ places: LIMITS.queries, perMerchant: LIMITS.queriesPerMerchant });
  readonly #large = new Turns({
    places: LIMITS.largeReads,
    perMerchant: LIMITS.largeReadsPerMerchant,
  });
  readonly #whole = new Turns({ places: 2, perMerchant: 1 });
  readonly #elsewhere = new Turns({ places: 16, perMerchant: 2 });

  /** Of the contracts, as "counts.list", and the rows of the page it asks for, if it asks for one. */
  for({ name, rows }: { readonly name: string; readonly rows: number }): Turns {
    if (WHOLE_LEDGER.has(name)) return this.#whole;
    if (ELSEWHERE.has(name)) return this.#elsewhere;
    return rows > LIMITS.largeReadRows ? this.#large : this.#quick;
  }

  /** Calls that have their turn at the database. */
  get running(): number {
    return this.#atDatabase((turns) => turns.running);
  }

  /** Calls that wait for it. */
  get waiting(): number {
    return this.#atDatabase((turns) => turns.waiting);
  }

  #atDatabase(of: (turns: Turns) => number): number {
    return of(this.#quick) + of(this.#large) + of(this.#whole);
  }
}
