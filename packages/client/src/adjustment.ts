import type { InputOf, OutputOf } from "./operations.ts";
import { negative, sum } from "./sum.ts";

type State = OutputOf<"counts.list">["counts"][number]["state"];

/** Stock that goes from one state to another at one location, such as a sale: IN_STOCK to SOLD. */
export interface Adjust {
  readonly catalogObjectId: string;
  readonly locationId: string;
  readonly fromState: State;
  readonly toState: State;
  /** Above zero. */
  readonly quantity: string;
  /** RFC 3339; the moment it is sent when left out. */
  readonly occurredAt?: string | undefined;
}

/** What one key will hold more of. */
export interface Difference {
  readonly state: State;
  readonly by: string;
}

/** What an adjustment does to the counts of its two keys, as long as no physical count comes between. */
export function differencesOf({ fromState, toState, quantity }: Adjust): readonly Difference[] {
  return [
    { state: fromState, by: negative(quantity) },
    { state: toState, by: quantity },
  ];
}

export function adjusted(quantity: string, { by }: Difference): string {
  return sum(quantity, by);
}

/** The change to send. Made once: a repetition must say the same, its time included (L6). */
export function changeOf(adjust: Adjust): InputOf<"changes.create">["changes"][number] {
  const { catalogObjectId, locationId, fromState, toState, quantity, occurredAt } = adjust;
  return {
    type: "ADJUSTMENT",
    catalogObjectId,
    locationId,
    fromState,
    toState,
    quantity,
    occurredAt: occurredAt ?? new Date().toISOString(),
  };
}
