import type { Change } from "@bincard/contracts";
import { tellQuantity } from "../../components/quantity.tsx";
import type { Moment } from "./timeline.ts";

const ADJUSTED: Readonly<Record<string, string>> = {
  "NONE IN_STOCK": "Received",
  "UNLINKED_RETURN IN_STOCK": "Returned",
  "UNLINKED_RETURN WASTE": "Returned as waste",
  "IN_STOCK SOLD": "Sold",
  "IN_STOCK WASTE": "Wasted",
  "WASTE IN_STOCK": "Put back",
  "IN_STOCK IN_STOCK": "Moved",
};

/** What happened, in a word. States that only other systems write are named as they are. */
export function tellVerb(change: Change): string {
  if (change.type === "PHYSICAL_COUNT") return "Counted";
  if (change.type === "TRANSFER") return "Moved";
  const { fromState, toState } = change;
  return ADJUSTED[`${fromState} ${toState}`] ?? `${fromState} → ${toState}`;
}

/** "Sold 3", "Counted 95, 2 fewer than the books said" */
export function tellWhat({ change, isCount, difference }: Moment): string {
  const said = `${tellVerb(change)} ${tellQuantity(change.quantity)}`;
  if (!isCount) return said;
  if (difference === "0") return `${said}, as the books said`;
  const isFewer = difference.startsWith("-");
  const off = tellQuantity(isFewer ? difference.slice(1) : difference);
  return `${said}, ${off} ${isFewer ? "fewer" : "more"} than the books said`;
}
