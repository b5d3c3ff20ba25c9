/** What a column of a statement's rows may hold. */
export type Cell = string | number | null;

interface Column<Row> {
  readonly type: "text" | "int" | "bigint";
  readonly read: (row: Row) => Cell;
}

/**
 * Rows that travel into a statement as one array a column. Most columns of a batch say the same thing in
 * every row (a till's sales share location, states, application): such a column travels as one value and
 * an empty array, which `unnest` fills up with nulls. The first column is always whole, and never null: it
 * is what the others are filled up to.
 */
export class Rows<Row, Name extends string> {
  readonly #alias: string;
  /** Number of this one's first parameter in the statement. */
  readonly #first: number;
  readonly #columns: readonly (readonly [name: string, Column<Row>])[];

  constructor(alias: string, first: number, columns: Readonly<Record<Name, Column<Row>>>) {
    this.#alias = alias;
    this.#first = first;
    this.#columns = Object.entries(columns);
  }

  /** The parameter number after this one's last. */
  get next(): number {
    return this.#first + 2 * this.#columns.length - 1;
  }

  /** What stands in the statement's `from`. */
  get source(): string {
    const arrays = this.#columns.map(
      ([, { type }], index) => `$${this.#arrayOf(index)}::${type}[]`,
    );
    const names = this.#columns.map(([name]) => name);
    return `unnest(${arrays.join(", ")}) as ${this.#alias}(${names.join(", ")})`;
  }

  /** A column's value in the row at hand, as an expression. */
  cell(name: Name): string {
    const index = this.#columns.findIndex(([named]) => named === name);
    const own = `${this.#alias}.${name}`;
    if (index === 0) return own;
    return `coalesce(${own}, $${this.#arrayOf(index) + 1}::${this.#columns[index]?.[1].type})`;
  }

  /** A column as an array, for rows that are several and differ in it. */
  array(name: Name): string {
    const index = this.#columns.findIndex(([named]) => named === name);
    return `$${this.#arrayOf(index)}::${this.#columns[index]?.[1].type}[]`;
  }

  /** The first column's array; for each other column its array and the value that all rows share. */
  parameters(rows: readonly Row[]): (string | null)[] {
    return this.#columns.flatMap(([, { read }], index) =>
      index === 0 ? [arrayOf(rows, read)] : sharedOrArray(rows, read),
    );
  }

  #arrayOf(index: number): number {
    return index === 0 ? this.#first : this.#first + 2 * index - 1;
  }
}

function arrayOf<Row>(rows: readonly Row[], read: (row: Row) => Cell): string {
  let literal = "";
  for (const row of rows) literal += `${literal === "" ? "{" : ","}${cellText(read(row))}`;
  return literal === "" ? "{}" : `${literal}}`;
}

function sharedOrArray<Row>(
  rows: readonly Row[],
  read: (row: Row) => Cell,
): [array: string, shared: string | null] {
  const [first] = rows;
  const shared = first === undefined ? null : read(first);
  if (rows.some((row) => read(row) !== shared)) return [arrayOf(rows, read), null];
  return ["{}", shared === null ? null : String(shared)];
}

const NEEDS_ESCAPE = /["\\]/;

/** A cell of an array literal. */
function cellText(cell: Cell): string {
  if (cell === null) return "null";
  if (typeof cell === "number") return String(cell);
  return NEEDS_ESCAPE.test(cell) ? `"${cell.replace(/["\\]/g, "\\$&")}"` : `"${cell}"`;
}
