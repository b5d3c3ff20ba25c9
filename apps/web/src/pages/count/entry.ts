import type { Variation } from "../../ledger/variation.ts";
import { isQuantity } from "./count-sheet.ts";
import { Names } from "./names.ts";

/** What a line typed at the entry field means. */
export type Entry =
  | { readonly kind: "one"; readonly id: string }
  | { readonly kind: "quantity"; readonly id: string; readonly quantity: string }
  | { readonly kind: "choice"; readonly ids: readonly string[] }
  | { readonly kind: "unknown"; readonly text: string }
  /** Meant as a number, and none that can be counted. */
  | { readonly kind: "no quantity"; readonly text: string }
  | { readonly kind: "nothing" };

export interface Codes {
  /** Variations by barcode, SKU and id, in capitals. */
  readonly byCode: ReadonlyMap<string, string>;
  readonly variations: readonly Variation[];
  /** Of the variations, in their order. */
  readonly names: Names;
}

export function codesOf(variations: readonly Variation[]): Codes {
  const byCode = new Map<string, string>();
  // What stands on the package wins over what somebody called it.
  for (const field of ["id", "sku", "upc"] as const)
    for (const variation of variations) {
      const code = variation[field];
      if (code !== undefined) byCode.set(code.toUpperCase(), variation.id);
    }
  const names = variations.map(
    ({ itemName, variationName = "", sku = "" }) => `${itemName} ${variationName} ${sku}`,
  );
  return { byCode, variations, names: new Names(names) };
}

const NUMBER_LIKE = /^[-+]?\d[\d., ]*(\s*[*x×]\s*.+)?$/i;
const TIMES = /^(\d+(?:\.\d+)?)\s*[*x×]\s*(.+)$/i;

/**
 * A code adds one; "12 x code" says how many; a number by itself is about what was counted last; anything else is
 * looked for in the names. A code that looks like a number is a code, and so is whatever a scanner says: a short
 * barcode that nobody knows must not become the quantity of what was counted before.
 */
export function readEntry(
  text: string,
  {
    codes,
    last,
    isScanned = false,
  }: { readonly codes: Codes; readonly last: string | undefined; readonly isScanned?: boolean },
): Entry {
  const typed = text.trim();
  if (typed === "") return { kind: "nothing" };
  const id = codes.byCode.get(typed.toUpperCase());
  if (id !== undefined) return { kind: "one", id };
  if (isScanned) return { kind: "unknown", text: typed };
  const [, quantity, code] = TIMES.exec(typed) ?? [];
  if (quantity !== undefined && code !== undefined && isQuantity(quantity)) {
    const found = foundFor(code.trim(), codes);
    const [only, ...others] = found;
    if (only !== undefined && others.length === 0) return { kind: "quantity", id: only, quantity };
    if (only === undefined) return { kind: "unknown", text: code.trim() };
    return { kind: "choice", ids: found };
  }
  if (last !== undefined && isQuantity(typed) && typed.length <= 8)
    return { kind: "quantity", id: last, quantity: typed };
  const ids = foundFor(typed, codes);
  if (ids.length > 0) return { kind: "choice", ids };
  const isCode = /^\d+$/.test(typed);
  return { kind: !isCode && NUMBER_LIKE.test(typed) ? "no quantity" : "unknown", text: typed };
}

const CHOICES_MAX = 8;

/** Variations whose code this is, else the ones whose names have every word of it. */
function foundFor(text: string, { byCode, variations, names }: Codes): readonly string[] {
  const id = byCode.get(text.toUpperCase());
  if (id !== undefined) return [id];
  return names
    .having(text.split(/\s+/), CHOICES_MAX)
    .flatMap((index) => variations[index]?.id ?? []);
}
