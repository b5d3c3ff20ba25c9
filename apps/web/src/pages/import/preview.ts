import { negative, sum } from "@bincard/client/sum";
import type { ChangeInput } from "@bincard/contracts";
import { type ImportMap, type Planned, type Ref, refKey } from "@bincard/import";
import { sortable } from "../../ledger/sortable.ts";

/** What a file does to one count. */
export interface Difference {
  readonly item: Ref;
  readonly place: Ref;
  readonly state: "IN_STOCK" | "WASTE";
  readonly steps: readonly Step[];
}
interface Step {
  readonly kind: "set" | "add";
  readonly quantity: string;
  readonly occurredAt: string;
}

/**
 * Gathers what a file does, key by key: in one step a key, however many rows say it. Only where counts and moves
 * come in one file, which the console's own maps never say, does each step matter by itself.
 */
export class Differences {
  readonly #byKey = new Map<string, Difference & { readonly steps: Step[] }>();
  readonly #isMixed: boolean;

  constructor({ changes }: Pick<ImportMap, "changes">) {
    const counts = changes.filter(({ kind }) => kind === "count").length;
    this.#isMixed = counts > 0 && counts < changes.length;
  }

  add({ item, at, to, change, occurredAt }: Planned): void {
    const said = change({ item: "item", at: "at", to: "to" });
    for (const { isTarget, state, step } of effectsOf(said, occurredAt)) {
      const place = isTarget ? (to ?? at) : at;
      const key = JSON.stringify([refKey(item), refKey(place), state]);
      const known = this.#byKey.get(key);
      if (known === undefined) this.#byKey.set(key, { item, place, state, steps: [step] });
      else {
        const before = this.#isMixed ? undefined : known.steps.pop();
        known.steps.push(before === undefined ? step : merged(before, step));
      }
    }
  }

  all(): readonly Difference[] {
    return [...this.#byKey.values()];
  }
}

const isBefore = (one: Step, other: Step): boolean =>
  sortable(one.occurredAt) < sortable(other.occurredAt);

/** Two of one kind as one: the newer of two counts, the sum of two moves. */
function merged(before: Step, step: Step): Step {
  if (step.kind === "set") return isBefore(step, before) ? before : step;
  return { ...step, quantity: sum(before.quantity, step.quantity) };
}

interface Effect {
  /** Of a move: where it goes to. */
  readonly isTarget: boolean;
  readonly state: "IN_STOCK" | "WASTE";
  readonly step: Step;
}

function effectsOf(change: ChangeInput, occurredAt: string): readonly Effect[] {
  const { quantity } = change;
  const add = (state: string, by: string, isTarget = false): Effect[] =>
    state === "IN_STOCK" || state === "WASTE"
      ? [{ isTarget, state, step: { kind: "add", quantity: by, occurredAt } }]
      : [];
  switch (change.type) {
    case "PHYSICAL_COUNT": {
      const { state } = change;
      if (state !== "IN_STOCK" && state !== "WASTE") return [];
      return [{ isTarget: false, state, step: { kind: "set", quantity, occurredAt } }];
    }
    case "ADJUSTMENT":
      return [...add(change.fromState, negative(quantity)), ...add(change.toState, quantity, true)];
    case "TRANSFER":
      return [...add("IN_STOCK", negative(quantity)), ...add("IN_STOCK", quantity, true)];
  }
}

/** What the count will be, from what it is now, if nothing in the ledger is newer than the file. */
export function foretold(now: string, steps: readonly Step[]): string {
  const inOrder = steps.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
  return inOrder.reduce(
    (held, { kind, quantity }) => (kind === "set" ? sum(quantity, "0") : sum(held, quantity)),
    now,
  );
}
