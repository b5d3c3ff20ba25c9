import type { Application, Change } from "@bincard/contracts";
import { changeIdOf } from "./change-id.ts";
import type { Stored } from "./moves.ts";

/** What the ledger adds to a change when it records it. */
export interface Receipt {
  readonly merchantId: string;
  readonly position: number;
  /** Canonical text. */
  readonly createdAt: string;
  readonly source: Application;
}

/** A change as it is told, which needs no number of what is text already. */
export type Told = Omit<Stored, "quantity" | "occurredAt">;

/** A stored change in the contract's words. */
export function changeOf(placed: Told, receipt: Receipt): Change {
  const common = {
    id: changeIdOf(receipt.merchantId, receipt.position),
    position: receipt.position,
    catalogObjectId: placed.catalogObjectId,
    catalogObjectType: "ITEM_VARIATION" as const,
    quantity: placed.quantityText,
    occurredAt: placed.occurredAtText,
    createdAt: receipt.createdAt,
    ...(placed.referenceId === undefined ? {} : { referenceId: placed.referenceId }),
    ...(placed.employeeId === undefined ? {} : { employeeId: placed.employeeId }),
    ...(placed.teamMemberId === undefined ? {} : { teamMemberId: placed.teamMemberId }),
    source: { applicationId: receipt.source.id, name: receipt.source.name },
  };
  const { locationId, toLocationId = locationId, fromState, toState } = placed;
  const between = { fromLocationId: locationId, toLocationId };
  if (fromState === undefined)
    return { type: "PHYSICAL_COUNT", ...common, locationId, state: toState };
  if (placed.type === "TRANSFER")
    return { type: "TRANSFER", ...common, state: toState, ...between };
  const at = toLocationId === locationId ? { locationId } : {};
  return { type: "ADJUSTMENT", ...common, fromState, toState, ...at, ...between };
}
