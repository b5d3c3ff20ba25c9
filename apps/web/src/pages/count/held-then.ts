import { negative, sum } from "@bincard/client/sum";
import type { Change } from "@bincard/contracts";
import { sortable } from "../../ledger/sortable.ts";

/** What the ledger says of one line, as of the moment it was counted. */
export type Then =
  | { readonly kind: "held"; readonly quantity: string }
  /** Somebody counted it later than that: this count will be history, and move nothing. */
  | { readonly kind: "counted later"; readonly at: string };

export interface Place {
  readonly catalogObjectId: string;
  readonly locationId: string;
}

/**
 * What a key held then, from what it holds now and the changes that occurred since, in any order (L1). A change of
 * the very same instant is before the count: the count will be recorded after it.
 */
export function heldThen(
  now: string,
  place: Place & { readonly at: string },
  changes: Iterable<Change>,
): Then {
  let quantity = now;
  for (const change of changes) {
    if (change.catalogObjectId !== place.catalogObjectId) continue;
    if (sortable(change.occurredAt) <= sortable(place.at)) continue;
    if (change.type === "PHYSICAL_COUNT") {
      if (change.locationId === place.locationId && change.state === "IN_STOCK")
        return { kind: "counted later", at: change.occurredAt };
      continue;
    }
    for (const by of movesOf(change, place.locationId)) quantity = sum(quantity, negative(by));
  }
  return { kind: "held", quantity };
}

/** What a change put in stock at this location, or took out of it. */
function movesOf(
  change: Exclude<Change, { type: "PHYSICAL_COUNT" }>,
  locationId: string,
): string[] {
  const [from, to] =
    change.type === "TRANSFER" ? [change.state, change.state] : [change.fromState, change.toState];
  return [
    ...(from === "IN_STOCK" && change.fromLocationId === locationId
      ? [negative(change.quantity)]
      : []),
    ...(to === "IN_STOCK" && change.toLocationId === locationId ? [change.quantity] : []),
  ];
}
