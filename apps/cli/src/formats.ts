/** How data is printed. Text of a table may change between releases; the others may not. */
export const FORMATS = ["table", "json", "ndjson", "csv"] as const;
export type Format = (typeof FORMATS)[number];
