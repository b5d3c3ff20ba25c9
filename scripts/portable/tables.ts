/** A table as both of its sources tell it: the migrations, and the schema in TypeScript. */
export interface Table {
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly keys: readonly Key[];
}

export interface Column {
  /** As PostgreSQL names it, without its schema: `text`, `int8`, `serial`. */
  readonly type: string;
  readonly required: boolean;
  /** Numbers that the database hands out. */
  readonly identity: boolean;
}

export interface Key {
  readonly kind: "primary key" | "unique" | "index" | "foreign key" | "exclusion";
  readonly name: string;
  /** In order; an expression is "(expression)". */
  readonly columns: readonly string[];
  /** Of a foreign key: what its columns point to. */
  readonly references?: { readonly table: string; readonly columns: readonly string[] };
}

/** A merchant's own row is its own merchant. */
export const OWN = "merchants";

/** The column that says whose a row of this table is. */
export const merchantOf = (table: string): string => (table === OWN ? "id" : "merchant_id");
