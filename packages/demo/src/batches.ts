import type { InputOf } from "@bincard/client";
import { type Variation, VARIATIONS } from "./catalog.ts";
import { Random } from "./random.ts";
import { Shelves } from "./shelves.ts";

export type Change = InputOf<"changes.create">["changes"][number];

/** What is sent in one request, under a key that is the same whenever the same is sent. */
export interface Batch {
  readonly idempotencyKey: string;
  readonly changes: readonly Change[];
}

/** Where it all happens: ids of locations. */
export interface Places {
  readonly highStreet: string;
  readonly riverside: string;
  readonly warehouse: string;
}

export interface Telling {
  readonly seed: number;
  readonly places: Places;
  /** When the story ends: nothing occurs after it. */
  readonly until: Date;
  /** Of the first change: what says whose ledger this is. */
  readonly reference: string;
}

export const DEMO_DAYS = 90;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const CHANGES_PER_BATCH = 1_000;

const OPENS = 8 * 60;
const CLOSES = 18 * 60 + 30;
/** From Sunday: quiet mornings, full Saturdays. */
const WEEKDAYS = [0.8, 0.7, 0.8, 0.9, 1, 1.25, 1.55];
/** Of what is brought to a shop, this much is never written down. */
const FORGOTTEN = 0.03;
const STOLEN_A_DAY = 0.006;
const BROKEN_A_DAY = 0.003;
const RETURNED_A_DAY = 0.002;
/** Days on which a shop's till had no network in the afternoon: its sales arrive the next morning. */
const OFFLINE = 0.12;
const PEOPLE = ["ana", "ben", "chidi", "dora"] as const;
/** Bought once, and not again. */
const LAST_OF_ITS_KIND = /XMS|EGG|APR|LAP/;

/**
 * Ninety days of three places, day by day in the order in which the ledger hears of them: deliveries, transfers, sales,
 * breakage, returns, and stock-takes that find what was stolen and what was never written down. The same
 * `telling` gives the same batches.
 */
export function demoBatches(telling: Telling): readonly Batch[] {
  const story = new Story(telling);
  const days = Array.from({ length: DEMO_DAYS }, (_, day) => story.day(day));
  days.push(story.late);
  return days.flatMap((changes, day) =>
    parts(changes).map((part, at) => ({
      idempotencyKey: `demo-${telling.seed}-${telling.until.toISOString()}-${day}-${at}`,
      changes: part,
    })),
  );
}

function parts(changes: readonly Change[]): (readonly Change[])[] {
  const cut: (readonly Change[])[] = [];
  for (let from = 0; from < changes.length; from += CHANGES_PER_BATCH)
    cut.push(changes.slice(from, from + CHANGES_PER_BATCH));
  return cut;
}

interface Said {
  readonly change: Change;
  /** Milliseconds. */
  readonly at: number;
  readonly isLate: boolean;
}

class Story {
  readonly #telling: Telling;
  readonly #random: Random;
  readonly #shelves = new Shelves();
  readonly #start: number;
  #said: Said[] = [];
  #late: Change[] = [];
  #orders = 1_040;
  #receipts = 0;

  constructor(telling: Telling) {
    this.#telling = telling;
    this.#random = new Random(telling.seed);
    this.#start = Math.floor(telling.until.getTime() / DAY_MS) * DAY_MS - (DEMO_DAYS - 1) * DAY_MS;
  }

  /** What arrives after the last day. */
  get late(): readonly Change[] {
    return this.#late;
  }

  /** What the ledger hears on that day: first what was late the day before. */
  day(day: number): readonly Change[] {
    const { highStreet, riverside } = this.#telling.places;
    const late = this.#late;
    this.#late = [];
    this.#said = [];
    if (day === 0) this.#open();
    this.#supply(day);
    for (const shop of [highStreet, riverside]) {
      this.#deliver(day, shop);
      this.#sell(day, shop);
      this.#mishaps(day, shop);
      this.#count(day, shop);
    }
    this.#countWarehouse(day);
    const told = this.#said
      .filter(({ at }) => at <= this.#telling.until.getTime())
      .toSorted((a, b) => a.at - b.at);
    this.#late = told.filter(({ isLate }) => isLate).map(({ change }) => change);
    return [...late, ...told.filter(({ isLate }) => !isLate).map(({ change }) => change)];
  }

  #weekday(day: number): number {
    return new Date(this.#start + day * DAY_MS).getUTCDay();
  }

  /** Says a change, at so many minutes after midnight and some seconds. */
  #say(day: number, minute: number, said: { change: Untimed; isLate?: boolean }): void {
    const at = this.#start + day * DAY_MS + minute * MINUTE_MS + this.#random.whole(0, 59_999);
    const change = { ...said.change, occurredAt: new Date(at).toISOString() };
    this.#said.push({ change, at, isLate: said.isLate === true });
  }

  #open(): void {
    const { places, reference } = this.#telling;
    for (const locationId of [places.highStreet, places.riverside, places.warehouse]) {
      const days = locationId === places.warehouse ? 50 : 12;
      for (const variation of VARIATIONS) {
        if (variation.isFresh) continue;
        const quantity = cased(variation, variation.pace * days);
        this.#shelves.put(locationId, variation.id, quantity);
        this.#say(0, 5, {
          change: received(variation, { locationId, quantity, referenceId: reference }),
        });
      }
    }
  }

  /** To the warehouse on Tuesdays and Thursdays, whatever runs low there. */
  #supply(day: number): void {
    if (![2, 4].includes(this.#weekday(day))) return;
    const { warehouse } = this.#telling.places;
    const low = VARIATIONS.filter(
      (variation) =>
        !variation.isFresh &&
        !LAST_OF_ITS_KIND.test(variation.id) &&
        this.#shelves.at(warehouse, variation.id) < variation.pace * 12 * 1_000,
    );
    if (low.length === 0) return;
    const referenceId = `PO-${this.#orders++}`;
    for (const variation of low) {
      const quantity = cased(variation, variation.pace * 35);
      this.#shelves.put(warehouse, variation.id, quantity);
      const change = received(variation, { locationId: warehouse, quantity, referenceId });
      this.#say(day, this.#random.whole(9 * 60, 11 * 60), { change });
    }
  }

  /** Bread every morning from the baker; the rest from the warehouse, on Mondays and Fridays. */
  #deliver(day: number, shop: string): void {
    const weekday = WEEKDAYS[this.#weekday(day)] ?? 1;
    for (const variation of VARIATIONS.filter(({ isFresh }) => isFresh)) {
      const quantity = Math.max(2, Math.round(variation.pace * weekday * 1.1)) * 1_000;
      this.#shelves.put(shop, variation.id, quantity);
      const change = received(variation, { locationId: shop, quantity, referenceId: "Baker" });
      this.#say(day, this.#random.whole(6 * 60, 6 * 60 + 40), { change });
    }
    if (![1, 5].includes(this.#weekday(day))) return;
    const { warehouse } = this.#telling.places;
    for (const variation of VARIATIONS.filter(({ isFresh }) => !isFresh)) {
      if (this.#shelves.at(shop, variation.id) > variation.pace * 5 * 1_000) continue;
      const wanted = cased(variation, variation.pace * 10);
      const quantity = Math.min(wanted, this.#shelves.at(warehouse, variation.id));
      if (quantity <= 0) continue;
      this.#shelves.put(warehouse, variation.id, -quantity);
      this.#shelves.put(shop, variation.id, quantity);
      if (this.#random.chance(FORGOTTEN)) continue;
      this.#say(day, this.#random.whole(7 * 60, 7 * 60 + 45), {
        change: {
          type: "TRANSFER",
          catalogObjectId: variation.id,
          fromLocationId: warehouse,
          toLocationId: shop,
          quantity: written(quantity),
          referenceId: `Van ${day + 1}`,
        },
      });
    }
  }

  #sell(day: number, shop: string): void {
    const weekday = WEEKDAYS[this.#weekday(day)] ?? 1;
    const isOffline = this.#random.chance(OFFLINE);
    for (const variation of VARIATIONS) {
      const times = this.#random.often(variation.pace * weekday * 0.6);
      for (let time = 0; time < times; time++) {
        const quantity = variation.portion * this.#random.whole(1, variation.isFresh ? 2 : 3);
        if (this.#shelves.at(shop, variation.id) < quantity) continue;
        this.#shelves.put(shop, variation.id, -quantity);
        const minute = this.#random.whole(OPENS, CLOSES);
        const till = `Till ${this.#random.whole(1, 2)}, ${String(++this.#receipts).padStart(6, "0")}`;
        this.#say(day, minute, {
          change: moved(variation, {
            locationId: shop,
            states: ["IN_STOCK", "SOLD"],
            quantity,
            referenceId: till,
          }),
          isLate: isOffline && minute > 14 * 60,
        });
      }
    }
  }

  /** What breaks, what comes back, what is stolen, and what is left of the bread. */
  #mishaps(day: number, shop: string): void {
    for (const variation of VARIATIONS) {
      const onShelf = this.#shelves.at(shop, variation.id);
      const isThere = onShelf >= 1_000;
      const minute = this.#random.whole(OPENS, CLOSES);
      const one = { locationId: shop, quantity: 1_000 } as const;
      if (variation.isFresh && isThere) {
        const change = wasted(variation, { ...one, quantity: onShelf, who: this.#someone() });
        this.#shelves.put(shop, variation.id, -onShelf);
        this.#say(day, 19 * 60, { change });
      } else if (isThere && this.#random.chance(BROKEN_A_DAY)) {
        this.#shelves.put(shop, variation.id, -1_000);
        this.#say(day, minute, { change: wasted(variation, { ...one, who: this.#someone() }) });
      } else if (isThere && this.#random.chance(STOLEN_A_DAY)) {
        this.#shelves.put(shop, variation.id, -1_000);
      } else if (!variation.isFresh && this.#random.chance(RETURNED_A_DAY)) {
        this.#shelves.put(shop, variation.id, 1_000);
        const states = ["UNLINKED_RETURN", "IN_STOCK"] as const;
        const change = moved(variation, { ...one, states, referenceId: "Return" });
        this.#say(day, minute, { change });
      }
    }
  }

  /** Each shop counts one shelf every Sunday evening, in turn. */
  #count(day: number, shop: string): void {
    if (this.#weekday(day) !== 0) return;
    const shelves = [...new Set(VARIATIONS.filter((each) => !each.isFresh).map((v) => v.shelf))];
    const turn = Math.floor(day / 7) + (shop === this.#telling.places.riverside ? 3 : 0);
    const shelf = shelves[turn % shelves.length] ?? "";
    this.#countAll(
      day,
      shop,
      VARIATIONS.filter((each) => each.shelf === shelf),
    );
  }

  /** The warehouse counts a part of everything once a month. */
  #countWarehouse(day: number): void {
    if (day % 30 !== 27) return;
    const some = this.#random.some(
      VARIATIONS.filter(({ isFresh }) => !isFresh),
      60,
    );
    this.#countAll(day, this.#telling.places.warehouse, some);
  }

  #countAll(day: number, locationId: string, variations: readonly Variation[]): void {
    const teamMemberId = this.#someone();
    for (const [at, variation] of variations.entries())
      this.#say(day, 19 * 60 + 30 + Math.floor(at / 3), {
        change: {
          type: "PHYSICAL_COUNT",
          catalogObjectId: variation.id,
          locationId,
          state: "IN_STOCK",
          quantity: written(Math.max(0, this.#shelves.at(locationId, variation.id))),
          referenceId: `Count of ${variation.shelf.toLowerCase()}`,
          teamMemberId,
        },
      });
  }

  #someone(): string {
    return PEOPLE[this.#random.whole(0, PEOPLE.length - 1)] ?? PEOPLE[0];
  }
}

type Without<Each> = Each extends unknown ? Omit<Each, "occurredAt"> : never;
type Untimed = Without<Change>;
type State = Extract<Change, { type: "ADJUSTMENT" }>["fromState"];

interface Move {
  readonly locationId: string;
  readonly quantity: number;
  readonly referenceId: string;
}

function moved(
  { id }: Variation,
  {
    states: [fromState, toState],
    quantity,
    ...where
  }: Move & { readonly states: readonly [State, State] },
): Untimed {
  const at = { catalogObjectId: id, ...where };
  return { type: "ADJUSTMENT", ...at, fromState, toState, quantity: written(quantity) };
}

const received = (variation: Variation, move: Move): Untimed =>
  moved(variation, { ...move, states: ["NONE", "IN_STOCK"] });

const wasted = (
  variation: Variation,
  { who, ...move }: Omit<Move, "referenceId"> & { readonly who: string },
): Untimed => ({
  ...moved(variation, {
    ...move,
    states: ["IN_STOCK", "WASTE"],
    referenceId: variation.isFresh ? "End of day" : "Broken",
  }),
  teamMemberId: who,
});

/** Whole cases: sixes, or five kilos of what is loose. */
function cased({ portion }: Variation, units: number): number {
  const size = portion === 1_000 ? 6 : 5;
  return Math.max(1, Math.ceil(units / size)) * size * 1_000;
}

/** Thousandths as a decimal: 1250 is "1.25". */
function written(thousandths: number): string {
  const fraction = String(thousandths % 1_000)
    .padStart(3, "0")
    .replace(/0+$/, "");
  return `${Math.floor(thousandths / 1_000)}${fraction === "" ? "" : `.${fraction}`}`;
}
