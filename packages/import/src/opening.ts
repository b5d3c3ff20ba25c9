import {
  type ChangeInput,
  formatQuantity,
  formatTime,
  parseQuantity,
  parseTime,
  type Scaled,
} from "@bincard/contracts";
import type { OpeningRule } from "./map.ts";
import { type Planned, type Ref, refKey } from "./plan.ts";
import { faultsOf, futureFault } from "./refusable.ts";

/** What is put on a shelf before the file begins. */
export interface Opening {
  readonly item: Ref;
  readonly at: Ref;
  readonly quantity: string;
  readonly occurredAt: string;
}

/** One text for one item at one place. */
export const shelfKey = ({ item, at }: Pick<Opening, "item" | "at">): string =>
  JSON.stringify([refKey(item), refKey(at)]);

/** What a file has to do with one item at one place. */
export interface Shelf {
  readonly item: Ref;
  readonly at: Ref;
  earliest: number;
  sold: Scaled;
}

export function remember(shelves: Map<string, Shelf>, planned: Planned): void {
  const { item, at, occurredAt, sold } = planned;
  const key = shelfKey(planned);
  const time = parseTime(occurredAt) ?? Infinity;
  const shelf = shelves.get(key) ?? { item, at, earliest: time, sold: 0n };
  shelf.earliest = Math.min(shelf.earliest, time);
  shelf.sold += parseQuantity(sold ?? "0") ?? 0n;
  shelves.set(key, shelf);
}

/** In the order of the file, so that another reading cuts them into the same batches. */
export function openingsOf(shelves: ReadonlyMap<string, Shelf>, rule: OpeningRule): Opening[] {
  return [...shelves.values()].flatMap(({ item, at, earliest, sold }) => {
    const base = rule.quantity === "sold" ? sold : (parseQuantity(rule.quantity) ?? 0n);
    const scaled = base + (parseQuantity(rule.plus ?? "0") ?? 0n);
    if (scaled <= 0n) return [];
    const occurredAt = rule.at ?? formatTime(earliest - 1_000_000);
    return [{ item, at, quantity: formatQuantity(scaled), occurredAt }];
  });
}

/** The receipt that an opening is. */
export function receiptOf(
  { quantity, occurredAt }: Opening,
  rule: OpeningRule,
  ids: { readonly item: string; readonly at: string },
): ChangeInput {
  return {
    type: "ADJUSTMENT",
    fromState: "NONE",
    toState: "IN_STOCK",
    catalogObjectId: ids.item,
    locationId: ids.at,
    quantity,
    occurredAt,
    ...(rule.reference !== undefined && { referenceId: rule.reference }),
  };
}

/** Why the ledger would refuse what the rule makes of this file; `undefined` when it would not, ids aside. */
export function faultOfOpenings(
  openings: readonly Opening[],
  rule: OpeningRule,
): string | undefined {
  if (rule.at !== undefined) {
    const fault = futureFault(rule.at);
    if (fault !== undefined) return fault;
  }
  for (const opening of openings) {
    const fault = faultsOf(receiptOf(opening, rule, { item: "-", at: "-" }));
    if (fault !== undefined) return fault;
  }
  return undefined;
}
