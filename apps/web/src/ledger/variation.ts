import type { Item } from "@bincard/contracts";

/** What is counted: a variation, with its item's name. */
export interface Variation {
  readonly id: string;
  readonly itemName: string;
  /** Left out where it says nothing: the only variation, called "Regular". */
  readonly variationName: string | undefined;
  readonly sku: string | undefined;
  readonly upc: string | undefined;
}

/** "Blue mug, large" */
export function fullName({ itemName, variationName }: Variation): string {
  return variationName === undefined ? itemName : `${itemName}, ${variationName}`;
}

/** What is counted of an item. */
export function variationsOf({ name: itemName, variations }: Item): readonly Variation[] {
  return variations
    .filter(({ isDeleted }) => !isDeleted)
    .map(({ id, name, sku, upc }) => {
      const saysNothing = variations.length === 1 && name === "Regular";
      return { id, itemName, variationName: saysNothing ? undefined : name, sku, upc };
    });
}
