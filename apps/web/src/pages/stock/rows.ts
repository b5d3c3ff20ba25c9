import { sum, negative } from "@bincard/client/sum";
import { fullName, type Variation } from "../../ledger/variation.ts";
import type { Only, StockSearch } from "./search.ts";

const IN_ORDER = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const haystacks = new WeakMap<Variation, string>();

function haystackOf(variation: Variation): string {
  const known = haystacks.get(variation);
  if (known !== undefined) return known;
  const { sku = "", upc = "", id } = variation;
  const made = `${fullName(variation)} ${sku} ${upc} ${id}`.toLowerCase();
  haystacks.set(variation, made);
  return made;
}

/** Those that have every word in their name, SKU, barcode or id. */
export function found(variations: readonly Variation[], q: string): readonly Variation[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return variations;
  return variations.filter((variation) => {
    const haystack = haystackOf(variation);
    return words.every((word) => haystack.includes(word));
  });
}

/** In the order of the sheet. Rows that are equal in it stay as the ids are. */
export function sorted(
  variations: readonly Variation[],
  sort: StockSearch["sort"],
): readonly Variation[] {
  const by = sort?.endsWith("sku") === true ? (row: Variation) => row.sku ?? "\uffff" : fullName;
  const names = new Map(variations.map((row) => [row, by(row)]));
  const direction = sort?.startsWith("-") === true ? -1 : 1;
  return variations.toSorted(
    (left, right) =>
      direction * IN_ORDER.compare(names.get(left) ?? "", names.get(right) ?? "") ||
      IN_ORDER.compare(left.id, right.id),
  );
}

/** How a quantity stands against what counts as low. */
export type Standing = "plenty" | "low" | "out" | "negative";

export function standingOf(quantity: string, low: string): Standing {
  if (quantity.startsWith("-")) return "negative";
  if (quantity === "0") return "out";
  return sum(low, negative(quantity)).startsWith("-") ? "plenty" : "low";
}

/** Whether a row with these quantities is shown. */
export function isWanted(only: Only, low: string, quantities: readonly string[]): boolean {
  if (only === "all") return true;
  return quantities.some((quantity) => {
    const standing = standingOf(quantity, low);
    return standing === "negative" || (only === "low" && standing !== "plenty");
  });
}
