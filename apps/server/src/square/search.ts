import type { CatalogObject, Given, operations } from "@bincard/contracts";
import type { SearchAttribute, WireQuery } from "./wire-catalog.ts";

/** What a Square query asks of the ledger, and what is then to be sifted from its answer. */
export interface Search {
  readonly terms: Pick<Given<typeof operations.catalog.list>, "text" | "skus">;
  /** Where in the request the terms stand. */
  readonly place: readonly string[];
  readonly keeps: (object: CatalogObject) => boolean;
}

const everything = () => true;

/**
 * The ledger finds objects by the words they contain and by SKU. An exact value or a prefix is looked up by
 * its words and compared here, so a page of such a search may hold fewer objects than its limit.
 */
export function searchOf(query: WireQuery = {}): Search {
  const { text_query: text, exact_query: exact, prefix_query: prefix, set_query: set } = query;
  if (text !== undefined)
    return {
      terms: { text: text.keywords.join(" ") },
      place: ["query", "text_query", "keywords"],
      keeps: everything,
    };
  if (set !== undefined)
    return {
      terms: { skus: set.attribute_values },
      place: ["query", "set_query", "attribute_values"],
      keeps: everything,
    };
  if (exact !== undefined)
    return {
      terms: { text: exact.attribute_value },
      place: ["query", "exact_query", "attribute_value"],
      keeps: (object) => valueOf(object, exact.attribute_name) === folded(exact.attribute_value),
    };
  if (prefix !== undefined)
    return {
      terms: { text: prefix.attribute_prefix },
      place: ["query", "prefix_query", "attribute_prefix"],
      keeps: (object) =>
        valueOf(object, prefix.attribute_name)?.startsWith(folded(prefix.attribute_prefix)) ===
        true,
    };
  return { terms: {}, place: ["query"], keeps: everything };
}

/** Square compares without regard to case. */
function folded(text: string): string {
  return text.toLowerCase();
}

function valueOf(object: CatalogObject, attribute: SearchAttribute): string | undefined {
  const value =
    attribute === "name"
      ? object.name
      : object.type === "ITEM_VARIATION"
        ? object[attribute]
        : undefined;
  return value === undefined ? undefined : folded(value);
}
