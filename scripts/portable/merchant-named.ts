import type {
  A_Expr,
  DeleteStmt,
  InsertStmt,
  JoinExpr,
  Node,
  RangeVar,
  SelectStmt,
  UpdateStmt,
  WithClause,
} from "libpg-query";
import { isStatement, nameOf, nodesIn, uncast } from "./syntax.ts";
import { merchantOf } from "./tables.ts";

/**
 * Whether every tenant table of a statement is tied to a merchant that the statement is given: by a parameter, by
 * a row source that brings merchants with it (unnested parameters, a CTE), or by another tenant table of the
 * same level that is. A distributed database then knows the node; any other knows the index.
 */

/** Something that a level of a statement reads from. */
interface Source {
  readonly alias: string;
  /** The tenant table's name; undefined for what brings rows of its own. */
  readonly table: string | undefined;
  tied: boolean;
}

/** One SELECT, UPDATE or DELETE with what it can see. */
interface Level {
  readonly sources: Source[];
  readonly outer: Level | undefined;
}

/** A FROM clause on its way: what it reads, what it filters by, and its subqueries. */
interface From {
  readonly level: Level;
  readonly conditions: Condition[];
  readonly ctes: ReadonlySet<string>;
  /** Judged once the level is: a lateral one may lean on its neighbours. */
  readonly later: (() => void)[];
}

interface Condition {
  readonly node: Node;
  /** What it filters: an outer join's condition leaves the outer side as it is. */
  readonly filters: readonly Source[];
}

/** Names of the tenant tables that no merchant is named for, as often as they occur. */
export function untied(statement: Node, tenants: ReadonlySet<string>): string[] {
  const search = new Search(tenants);
  search.statement(statement, { outer: undefined, ctes: new Set() });
  return search.found;
}

interface Seen {
  readonly outer: Level | undefined;
  readonly ctes: ReadonlySet<string>;
}

class Search {
  readonly found: string[] = [];
  readonly #tenants: ReadonlySet<string>;

  constructor(tenants: ReadonlySet<string>) {
    this.#tenants = tenants;
  }

  statement(node: Node, seen: Seen): void {
    if ("SelectStmt" in node) this.#select(node.SelectStmt, seen);
    else if ("UpdateStmt" in node) this.#write(node.UpdateStmt, seen);
    else if ("DeleteStmt" in node) {
      const { usingClause, ...rest } = node.DeleteStmt;
      this.#write({ ...rest, ...(usingClause && { fromClause: usingClause }) }, seen);
    } else if ("InsertStmt" in node) this.#insert(node.InsertStmt, seen);
  }

  #select(select: SelectStmt, { outer, ctes: known }: Seen): void {
    const ctes = this.#with(select.withClause, known);
    for (const side of [select.larg, select.rarg])
      if (side !== undefined) this.#select(side, { outer, ctes });
    const from: From = { level: { sources: [], outer }, conditions: [], ctes, later: [] };
    for (const item of select.fromClause ?? []) this.#from(item, from);
    this.#where(select.whereClause, from);
    this.#judge(from);
    const { withClause: _with, larg: _larg, rarg: _rarg, fromClause: _from, ...rest } = select;
    this.#within(rest, { outer: from.level, ctes });
  }

  #write(
    { relation, ...write }: UpdateStmt & Pick<DeleteStmt, "relation">,
    { outer, ctes: known }: Seen,
  ): void {
    const ctes = this.#with(write.withClause, known);
    const from: From = { level: { sources: [], outer }, conditions: [], ctes, later: [] };
    if (relation !== undefined) this.#table(relation, from);
    for (const item of write.fromClause ?? []) this.#from(item, from);
    this.#where(write.whereClause, from);
    this.#judge(from);
    const { withClause: _with, fromClause: _from, ...rest } = write;
    this.#within(rest, { outer: from.level, ctes });
  }

  #insert({ withClause, selectStmt, onConflictClause, relation }: InsertStmt, seen: Seen): void {
    const ctes = this.#with(withClause, seen.ctes);
    if (selectStmt !== undefined) this.statement(selectStmt, { ...seen, ctes });
    // A conflict is with a row of the merchant that is inserted.
    const own: Source = { alias: relation?.relname ?? "", table: relation?.relname, tied: true };
    this.#within(onConflictClause, { outer: { sources: [own], outer: seen.outer }, ctes });
  }

  #with(clause: WithClause | undefined, known: ReadonlySet<string>): Set<string> {
    const ctes = new Set(known);
    for (const each of clause?.ctes ?? []) {
      if (!("CommonTableExpr" in each)) continue;
      const { ctename = "", ctequery } = each.CommonTableExpr;
      if (clause?.recursive === true) ctes.add(ctename);
      if (ctequery !== undefined) this.statement(ctequery, { outer: undefined, ctes });
      ctes.add(ctename);
    }
    return ctes;
  }

  /** Subqueries of expressions. */
  #within(part: unknown, seen: Seen): void {
    for (const node of nodesIn(part, "this statement"))
      if (isStatement(node)) this.statement(node, seen);
  }

  #from(item: Node, from: From): Source[] {
    const { level, conditions, ctes, later } = from;
    if ("RangeVar" in item) return [this.#table(item.RangeVar, from)];
    if ("JoinExpr" in item) {
      const { larg, rarg, quals, usingClause, jointype } = item.JoinExpr;
      const left = larg === undefined ? [] : this.#from(larg, from);
      const right = rarg === undefined ? [] : this.#from(rarg, from);
      const filters = filteredBy(jointype, { left, right });
      if (quals !== undefined) {
        conditions.push(...conjuncts(quals).map((node) => ({ node, filters })));
        later.push(() => this.#within(quals, { outer: level, ctes }));
      }
      if (nameOf(usingClause).includes("merchant_id")) joinUsing({ left, right, filters });
      return [...left, ...right];
    }
    const source = { alias: aliasOf(item), table: undefined, tied: true };
    later.push(() => this.#within(Object.values(item), { outer: level, ctes }));
    level.sources.push(source);
    return [source];
  }

  #table({ schemaname, relname = "", alias }: RangeVar, { level, ctes }: From): Source {
    const isCte = schemaname === undefined && ctes.has(relname);
    const tenant = !isCte && this.#tenants.has(relname);
    const table = tenant ? relname : undefined;
    const source: Source = { alias: alias?.aliasname ?? relname, table, tied: !tenant };
    level.sources.push(source);
    return source;
  }

  #where(where: Node | undefined, { level: { sources }, conditions }: From): void {
    if (where === undefined) return;
    conditions.push(...conjuncts(where).map((node) => ({ node, filters: sources })));
  }

  #judge({ level, conditions, later }: From): void {
    // Ties travel: a table tied to one that is tied is tied, whatever order they are written in.
    for (let before = -1, ties = 0; ties !== before;) {
      before = ties;
      for (const condition of conditions) tie(level, condition);
      ties = level.sources.filter(({ tied }) => tied).length;
    }
    for (const { tied, table } of level.sources) if (!tied) this.found.push(table ?? "");
    for (const judge of later) judge();
  }
}

function filteredBy(
  jointype: JoinExpr["jointype"],
  { left, right }: { left: Source[]; right: Source[] },
): Source[] {
  if (jointype === "JOIN_LEFT") return right;
  if (jointype === "JOIN_RIGHT") return left;
  return jointype === "JOIN_FULL" ? [] : [...left, ...right];
}

function joinUsing({ left, right, filters }: Record<"left" | "right" | "filters", Source[]>) {
  for (const [side, other] of [
    [left, right],
    [right, left],
  ] as const)
    if (other.some(({ tied }) => tied))
      for (const source of side) if (filters.includes(source)) source.tied = true;
}

function aliasOf(item: Node): string {
  if ("RangeSubselect" in item) return item.RangeSubselect.alias?.aliasname ?? "";
  return "RangeFunction" in item ? (item.RangeFunction.alias?.aliasname ?? "") : "";
}

function conjuncts(node: Node): Node[] {
  if (!("BoolExpr" in node) || node.BoolExpr.boolop !== "AND_EXPR") return [node];
  return (node.BoolExpr.args ?? []).flatMap(conjuncts);
}

function tie(level: Level, { node, filters }: Condition): void {
  for (const [left, right] of equalities(node))
    for (const [side, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const source = merchantColumn(level, side);
      if (source !== undefined && filters.includes(source) && isGiven(level, other, source))
        source.tied = true;
    }
}

/** Pairs of which a condition says that they are equal, or that the first is one of the second. */
function equalities(node: Node): (readonly [Node, Node])[] {
  if ("SubLink" in node && node.SubLink.subLinkType === "ANY_SUBLINK") {
    const { testexpr, operName } = node.SubLink;
    return testexpr !== undefined && operName === undefined ? [[testexpr, node]] : [];
  }
  if (!("A_Expr" in node)) return [];
  const { kind, name, lexpr, rexpr }: A_Expr = node.A_Expr;
  if (lexpr === undefined || rexpr === undefined || nameOf(name).at(-1) !== "=") return [];
  if (kind === "AEXPR_IN" || kind === "AEXPR_OP_ANY") return [[lexpr, rexpr]];
  if (kind !== "AEXPR_OP") return [];
  if (!("RowExpr" in lexpr) || !("RowExpr" in rexpr)) return [[lexpr, rexpr]];
  const others = rexpr.RowExpr.args ?? [];
  return (lexpr.RowExpr.args ?? []).flatMap((each, index) => {
    const other = others[index];
    return other === undefined ? [] : [[each, other] as const];
  });
}

/** The tenant table of this level whose merchant the node names. */
function merchantColumn(level: Level, node: Node): Source | undefined {
  const named = uncast(node);
  if (named === undefined || !("ColumnRef" in named)) return undefined;
  const [column = "", alias] = nameOf(named.ColumnRef.fields).toReversed();
  const matching = level.sources.filter(
    ({ table, alias: own }) =>
      table !== undefined && column === merchantOf(table) && (alias === undefined || alias === own),
  );
  return matching.length === 1 ? matching[0] : undefined;
}

/** Whether a value comes from the request, or from rows whose merchant does. */
function isGiven(level: Level, value: Node, besides: Source): boolean {
  for (const node of nodesIn(value, "this statement"))
    if ("ColumnRef" in node && !isGivenColumn(level, node, besides)) return false;
  return true;
}

function isGivenColumn(level: Level, column: Node, besides: Source): boolean {
  const own = merchantColumn(level, column);
  if (own !== undefined) return own !== besides && own.tied;
  const [, alias] = "ColumnRef" in column ? nameOf(column.ColumnRef.fields).toReversed() : [];
  for (let at: Level | undefined = level; at !== undefined; at = at.outer) {
    const above = at === level ? undefined : merchantColumn(at, column);
    if (above !== undefined) return above.tied;
    const source = at.sources.find((each) =>
      alias === undefined ? each.table === undefined : each.alias === alias,
    );
    if (source !== undefined) return source.table === undefined;
  }
  return false;
}
