import { didYouMean } from "./similar.ts";

/** The cells of a row, by column. */
export type Cells = ReadonlyMap<string, string>;
/** Text of a row. */
export type Fill = (cells: Cells) => string;

const PIECE = /\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g;

/**
 * Compiles `{Order ID}/{Row ID}`. `{{` and `}}` stand for the braces themselves. Cells lose the white space
 * around them.
 * @throws TemplateFault for a brace without its partner, or a column that is not in the file.
 */
export function compileTemplate(text: string, columns: readonly string[]): Fill {
  const parts = [...text.matchAll(PIECE)].map((match): Fill => {
    const [piece, column] = match;
    if (piece === "{{") return () => "{";
    if (piece === "}}") return () => "}";
    if (column !== undefined) return cellOf(column, columns);
    if (piece === "{" || piece === "}") throw new TemplateFault(`"${text}" has a stray ${piece}`);
    return () => piece;
  });
  return (cells) =>
    parts
      .map((part) => part(cells))
      .join("")
      .trim();
}

/** What is in a column. */
export function cellOf(column: string, columns: readonly string[]): Fill {
  if (columns.includes(column)) return (cells) => (cells.get(column) ?? "").trim();
  const hint = didYouMean(column, columns) ?? `columns: ${columns.join(", ")}`;
  throw new TemplateFault(`there is no column "${column}". ${hint}`);
}

export class TemplateFault extends Error {
  override readonly name = "TemplateFault";
}
