import { textOf } from "./decimal.ts";
import type { Batch, SentChange, Side } from "./history.ts";
import type { Merchant } from "./market.ts";
import type { Random } from "./random.ts";

export interface Mix {
  /** The most changes one batch may have. */
  readonly batch: number;
  /** Parts of a whole: physical counts, transfers; the rest are adjustments. */
  readonly counts: number;
  readonly transfers: number;
  /** Part of the batches that name something unknown, and must be refused whole. */
  readonly bad: number;
}

export const MIXED: Mix = { batch: 8, counts: 0.25, transfers: 0.15, bad: 0.04 };

const TRANSITIONS = [
  ["NONE", "IN_STOCK"],
  ["NONE", "IN_STOCK"],
  ["IN_STOCK", "SOLD"],
  ["IN_STOCK", "WASTE"],
  ["WASTE", "IN_STOCK"],
  ["UNLINKED_RETURN", "IN_STOCK"],
  ["UNLINKED_RETURN", "WASTE"],
] as const;

/** Times lie in a window before the run began, few enough that some collide. */
const WINDOW_SECONDS = 6 * 3_600;
const INSTANTS = 5_000;
const BEGIN = Date.now() - (WINDOW_SECONDS + 60) * 1_000;

let made = 0;

/** Random work for one merchant: late and early, colliding in time and place, decimals of every length. */
export class Workload {
  readonly #random: Random;
  readonly #merchant: Pick<Merchant, "items" | "locations">;
  readonly #mix: Mix;
  readonly #name: string;
  #batches = 0;

  constructor(random: Random, merchant: Pick<Merchant, "items" | "locations">, mix: Mix = MIXED) {
    this.#random = random;
    this.#merchant = merchant;
    this.#mix = mix;
    // Keys are for ever: two workloads of one run must not share any.
    this.#name = `${random.seed.toString(36)}-${made++}`;
  }

  batch(): Batch {
    const key = `${this.#name}-${this.#batches++}`;
    const size = this.#random.between(1, this.#mix.batch);
    const changes = Array.from({ length: size }, (_, index) => this.#change(`${key}.${index}`));
    const ignoreUnchanged = this.#random.chance(0.5);
    if (!this.#random.chance(this.#mix.bad)) return { key, changes, ignoreUnchanged };
    const at = this.#random.between(0, size - 1);
    const bad = changes.map((change, index) =>
      index === at ? { ...change, item: "NOBODY-HAS-THIS" } : change,
    );
    return { key, changes: bad, ignoreUnchanged };
  }

  #change(tag: string): SentChange {
    const random = this.#random;
    const item = random.pick(this.#merchant.items);
    const location = random.pick(this.#merchant.locations);
    const said = { tag, item, occurredAt: this.#time() };
    const kind = random.next();
    if (kind < this.#mix.counts) {
      const state = random.pick(["IN_STOCK", "IN_STOCK", "WASTE"]);
      const quantity = random.chance(0.3) ? String(random.between(0, 2)) : this.#amount(0);
      return { ...said, kind: "count", from: undefined, to: { location, state }, quantity };
    }
    const quantity = this.#amount(1);
    const others = this.#merchant.locations.filter((each) => each !== location);
    if (kind < this.#mix.counts + this.#mix.transfers && others.length > 0) {
      const from: Side = { location, state: "IN_STOCK" };
      const to: Side = { location: random.pick(others), state: "IN_STOCK" };
      const kind = random.chance(0.5) ? "transfer" : "adjustment";
      return { ...said, kind, from, to, quantity };
    }
    const [before, after] = random.pick(TRANSITIONS);
    const [from, to] = [
      { location, state: before },
      { location, state: after },
    ];
    return { ...said, kind: "adjustment", from, to, quantity };
  }

  #amount(least: number): string {
    const places = this.#random.pick([1, 10, 100_000, 100_000]);
    return textOf(BigInt(this.#random.between(least, 900_000)) * BigInt(100_000 / places));
  }

  #time(): string {
    const instant = this.#random.between(0, INSTANTS) * (WINDOW_SECONDS / INSTANTS);
    const millis = BEGIN + Math.floor(instant * 1_000);
    const micros = this.#random.chance(0.3) ? String(this.#random.between(0, 999)) : "";
    const text = new Date(millis).toISOString().replace("Z", `${micros.padStart(3, "0")}Z`);
    return text.replace(/\.?0+Z$/, "Z");
  }
}
