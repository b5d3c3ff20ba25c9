import type { Node } from "libpg-query";
import { nameOf, nodesIn } from "./syntax.ts";

/** PostgreSQL's word on a function; of several of one name, the least certain. */
export type Volatility = "immutable" | "stable" | "volatile";
type VolatilityOf = (name: string) => Volatility;

/** Their arithmetic, and the reading of text as one of them, follow the session's time zone. */
const ZONED = new Set(["interval", "timestamptz", "timestamp", "date", "time", "timetz"]);

const isZoned = (node: Node | undefined): boolean =>
  node !== undefined &&
  "TypeCast" in node &&
  ZONED.has(nameOf(node.TypeCast.typeName?.names).at(-1) ?? "");

/**
 * The volatility of what a node itself computes. Operators are judged by an operand that is cast to a time or an
 * interval: the parser does not know the types of columns.
 */
function ownVolatility(node: Node, volatilityOf: VolatilityOf): Volatility {
  if ("FuncCall" in node) return volatilityOf(nameOf(node.FuncCall.funcname).at(-1) ?? "");
  if ("SQLValueFunction" in node || isZoned(node)) return "stable";
  if ("A_Expr" in node) {
    const { lexpr, rexpr, name } = node.A_Expr;
    const arithmetic = ["+", "-", "*"].includes(nameOf(name).at(-1) ?? "");
    if (arithmetic && (isInterval(lexpr) || isInterval(rexpr))) return "stable";
  }
  return "immutable";
}

/** `n * interval '1 second'` is one as well. */
const isInterval = (node: Node | undefined): boolean =>
  node !== undefined &&
  (isZoned(node) ||
    ("A_Expr" in node && (isInterval(node.A_Expr.lexpr) || isInterval(node.A_Expr.rexpr))));

/** Whether anything in this part is not immutable. */
export function isMutable(part: unknown, volatilityOf: VolatilityOf): boolean {
  for (const node of nodesIn(part))
    if (ownVolatility(node, volatilityOf) !== "immutable") return true;
  return false;
}

/**
 * Whether two nodes could compute this differently. A stable function is evaluated once, before the
 * statement is sent on; not so when it is given a column, or stands in a CASE or a COALESCE.
 */
export function differsByNode(part: unknown, volatilityOf: VolatilityOf): boolean {
  for (const node of nodesIn(part)) {
    const own = ownVolatility(node, volatilityOf);
    if (own === "volatile") return true;
    const conditional = "CaseExpr" in node || "CoalesceExpr" in node;
    if (conditional && isMutable(Object.values(node), volatilityOf)) return true;
    if (own === "stable" && [...nodesIn(node)].some((below) => "ColumnRef" in below)) return true;
  }
  return false;
}
