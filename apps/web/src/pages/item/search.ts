/** What stands in the URL of an item's page. */
export interface ItemSearch {
  /** The location; the first one with stock when left out. */
  readonly at?: string;
  /** In stock when left out. */
  readonly state?: "WASTE";
  /** The window of the picture, in milliseconds since 1970; all there is when left out. */
  readonly from?: number;
  readonly to?: number;
  /** A change that is pointed at. */
  readonly change?: string;
}

/** Takes anything, and keeps what makes sense. */
export function readItemSearch(given: Readonly<Record<string, unknown>>): ItemSearch {
  const { at, state, from, to, change } = given;
  const isWindow =
    typeof from === "number" && typeof to === "number" && Number.isFinite(to - from) && from < to;
  return {
    ...(typeof at === "string" && at !== "" ? { at } : {}),
    ...(state === "WASTE" ? { state } : {}),
    ...(isWindow ? { from: Math.round(from), to: Math.round(to) } : {}),
    ...(typeof change === "string" && change !== "" ? { change } : {}),
  };
}
