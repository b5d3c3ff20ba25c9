import { loadModule, type Node, parseSync } from "libpg-query";

/** PostgreSQL's own parser, compiled for Node: what it cannot read, no PostgreSQL runs. */
await loadModule();

/** One statement of a text, with the line it begins on, from 1. */
export interface Parsed {
  readonly node: Node;
  readonly kind: string;
  readonly line: number;
  readonly text: string;
}

/** Throws what PostgreSQL would say of a text that is not SQL. */
export function statementsIn(text: string): Parsed[] {
  if (text.trim() === "") return [];
  // The parser counts bytes.
  const bytes = Buffer.from(text);
  return (parseSync(text).stmts ?? []).flatMap(({ stmt, stmt_location: start = 0, stmt_len }) => {
    if (stmt === undefined) return [];
    const end = stmt_len === undefined ? bytes.length : start + stmt_len;
    const own = bytes.subarray(start, end).toString();
    const lead = own.length - own.replace(/^(?:\s|--.*(?:\n|$))+/, "").length;
    const line = 1 + newlines(bytes.subarray(0, start).toString()) + newlines(own.slice(0, lead));
    return [{ node: stmt, kind: Object.keys(stmt)[0] ?? "", line, text: own.trim() }];
  });
}

const newlines = (text: string): number => text.split("\n").length - 1;

/** A name's parts, as the parser gives them: `{ String: { sval } }` each. */
export function nameOf(parts: readonly Node[] | undefined): string[] {
  return (parts ?? []).map((part) => ("String" in part ? (part.String.sval ?? "") : "*"));
}

/** The node without the casts around it. */
export function uncast(node: Node | undefined): Node | undefined {
  return node !== undefined && "TypeCast" in node ? uncast(node.TypeCast.arg) : node;
}

/**
 * Every node below, itself included. A statement within (a subquery, a CTE) is given but not entered when
 * `into` is "this statement".
 */
export function* nodesIn(
  value: unknown,
  into: "this statement" | "all of it" = "all of it",
): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* nodesIn(each, into);
  else if (typeof value === "object" && value !== null) {
    const isNode = /^[A-Z]/.test(Object.keys(value)[0] ?? "");
    // The parser wraps each node in an object whose only key is the node's kind.
    if (isNode) yield value as Node;
    if (isNode && into === "this statement" && isStatement(value as Node)) return;
    for (const each of Object.values(value)) yield* nodesIn(each, into);
  }
}

export function isStatement(node: Node): boolean {
  return (
    "SelectStmt" in node || "InsertStmt" in node || "UpdateStmt" in node || "DeleteStmt" in node
  );
}
