import type { Change } from "@bincard/contracts";
import type { Variation } from "../../ledger/variation.ts";
import { fullName } from "../../ledger/variation.ts";
import { type ChangesSearch, type Kind, kindsOf } from "./search.ts";

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  received: "Received",
  sold: "Sold",
  wasted: "Wasted",
  counted: "Counted",
  moved: "Moved",
  other: "Other",
};

export function kindOf(change: Change): Kind {
  if (change.type === "PHYSICAL_COUNT") return "counted";
  if (change.type === "TRANSFER" || change.fromLocationId !== change.toLocationId) return "moved";
  const { fromState, toState } = change;
  if (toState === "SOLD") return "sold";
  if (toState === "WASTE") return "wasted";
  return toState === "IN_STOCK" && fromState !== "WASTE" ? "received" : "other";
}

/** Where it happened; both ends of a move. */
export function placesOf(change: Change): readonly string[] {
  if (change.type === "PHYSICAL_COUNT") return [change.locationId];
  return [...new Set([change.fromLocationId, change.toLocationId])];
}

/** Whether a change is what the screen is asked for. */
export function wantedBy(
  { q = "", at, kinds }: ChangesSearch,
  byId: ReadonlyMap<string, Variation>,
): (change: Change) => boolean {
  const wanted = new Set(kindsOf(kinds));
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return (change) => {
    if (!wanted.has(kindOf(change))) return false;
    if (at !== undefined && !placesOf(change).includes(at)) return false;
    if (words.length === 0) return true;
    const item = byId.get(change.catalogObjectId);
    const named = item === undefined ? "" : `${fullName(item)} ${item.sku ?? ""}`;
    const text = `${named} ${change.catalogObjectId} ${change.referenceId ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
