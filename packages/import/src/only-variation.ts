/** What the variation of an item is called that has no others. */
export const ONLY_VARIATION = "Regular";
