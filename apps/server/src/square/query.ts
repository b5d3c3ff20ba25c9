import { wireRefusal } from "./failures.ts";
import { refusalOf } from "./wire.ts";

export type Query = ReadonlyMap<string, string>;

/** A request's query parameters; one given twice is a list, as Square writes lists: with commas. */
export function readQuery(url: string, documented: readonly string[]): Query {
  const query = new Map<string, string>();
  for (const [name, value] of new URL(url).searchParams) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  const unknown = [...query.keys()].filter((name) => !documented.includes(name));
  if (unknown.length === 0) return query;
  throw refusalOf(
    unknown.map((name) => ({
      code: "UNKNOWN_FIELD",
      squareCode: "UNKNOWN_QUERY_PARAMETER",
      message: "is not a query parameter of this path",
      path: [name],
    })),
  );
}

export function queryFlag(query: Query, name: string): boolean {
  const value = query.get(name) ?? "false";
  if (value === "true" || value === "false") return value === "true";
  throw wireRefusal({
    code: "WRONG_TYPE",
    squareCode: "EXPECTED_BOOLEAN",
    message: "must be true or false",
    path: [name],
  });
}

export function queryList(query: Query, name: string): string[] {
  const entries = (query.get(name) ?? "").split(",").map((entry) => entry.trim());
  return entries.filter((entry) => entry !== "");
}

/** A question about the catalog as it was would be answered wrongly if it were answered. */
export function refuseVersion(query: Query): void {
  if (!query.has("catalog_version")) return;
  throw wireRefusal({
    code: "INVALID_VALUE",
    message: "is not supported: Bincard keeps the current version of an object only",
    path: ["catalog_version"],
  });
}
