import type { InsertStmt, Node, RangeVar, ResTarget } from "libpg-query";
import type { Breach } from "./faults.ts";
import { untied } from "./merchant-named.ts";
import { nameOf, nodesIn, type Parsed } from "./syntax.ts";
import { merchantOf } from "./tables.ts";
import { differsByNode, isMutable, type Volatility } from "./volatility.ts";

/** What is known of the database that the statements run on. */
export interface Known {
  /** Tables whose rows belong to a merchant. */
  readonly tenants: ReadonlySet<string>;
  readonly volatilityOf: (name: string) => Volatility;
}

const SPOKEN = new Set([
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "TransactionStmt",
  "VariableSetStmt",
]);
/** A cluster has no one place to keep these. */
const REFUSED =
  /^(?:nextval|currval|setval|lastval|pg_(?:try_)?advisory_\w+|pg_notify|pg_export_snapshot|dblink\w*|lo_\w+)$/;

/** What a statement of the store may not do. */
export function statementBreaches({ node, kind }: Parsed, known: Known): Breach[] {
  if (!SPOKEN.has(kind))
    return [{ rule: "nothing refused", says: `${kind} is no statement of the write path.` }];
  const breaches: Breach[] = [];
  const fault = (rule: Breach["rule"], says: string) => breaches.push({ rule, says });
  const { tenants } = known;
  for (const table of untied(node, tenants))
    fault("merchant named", `${table} is used without naming its merchant (${merchantOf(table)}).`);
  const ctes = cteNames(node);
  for (const each of nodesIn({ node })) {
    if ("FuncCall" in each) {
      const name = nameOf(each.FuncCall.funcname).at(-1) ?? "";
      if (REFUSED.test(name)) fault("nothing refused", `${name}() has no one place on a cluster.`);
    }
    for (const { schema, name } of tablesNamed(each))
      if (!tenants.has(name) && !(schema === undefined && (ctes.has(name) || isSystem(name))))
        fault("tables are ours", `${schema ?? ""}.${name} is no table of the ledger.`);
    if ("InsertStmt" in each) breaches.push(...insertBreaches(each.InsertStmt, known));
    if ("UpdateStmt" in each) breaches.push(...writeBreaches(each.UpdateStmt, known));
    if ("DeleteStmt" in each) breaches.push(...writeBreaches(each.DeleteStmt, known));
  }
  return [...breaches, ...lockBreaches(node, tenants)];
}

/** PostgreSQL's own views of itself. */
const isSystem = (name: string): boolean => name.startsWith("pg_");

function cteNames(node: Node): Set<string> {
  const names = new Set<string>();
  for (const each of nodesIn(node))
    if ("CommonTableExpr" in each) names.add(each.CommonTableExpr.ctename ?? "");
  return names;
}

/** A written table stands beside its statement, not in a node of its own. */
function tablesNamed(node: Node): { schema: string | undefined; name: string }[] {
  const relation =
    "RangeVar" in node
      ? node.RangeVar
      : "InsertStmt" in node
        ? node.InsertStmt.relation
        : "UpdateStmt" in node
          ? node.UpdateStmt.relation
          : "DeleteStmt" in node
            ? node.DeleteStmt.relation
            : undefined;
  if (relation === undefined) return [];
  return [{ schema: relation.schemaname, name: relation.relname ?? "" }];
}

function insertBreaches(
  { relation, cols, onConflictClause, returningClause }: InsertStmt,
  { tenants, volatilityOf }: Known,
): Breach[] {
  const table = relation?.relname ?? "";
  if (!tenants.has(table)) return [];
  const merchant = merchantOf(table);
  const breaches: Breach[] = [];
  const given = targets(cols).map(({ name }) => name);
  if (!given.includes(merchant))
    breaches.push({ rule: "merchant named", says: `a row of ${table} is given no ${merchant}.` });
  if (isMutable(returningClause, volatilityOf)) breaches.push(returned(table));
  if (onConflictClause === undefined) return breaches;
  const { infer, targetList, whereClause } = onConflictClause;
  const [first] = infer?.indexElems ?? [];
  const led = first !== undefined && "IndexElem" in first ? first.IndexElem.name : undefined;
  if (led !== merchant)
    breaches.push({
      rule: "merchant named",
      says: `a conflict on ${table} names its key, ${merchant} first.`,
    });
  if (isMutable([targetList, whereClause], volatilityOf)) breaches.push(computed(table));
  return [...breaches, ...movesMerchant(table, targetList)];
}

interface Write {
  readonly relation?: RangeVar;
  readonly targetList?: readonly Node[];
  readonly whereClause?: Node;
  readonly returningClause?: unknown;
}

/** Of rows that are there already. */
function writeBreaches(
  { relation, targetList, whereClause, returningClause }: Write,
  { tenants, volatilityOf }: Known,
): Breach[] {
  const table = relation?.relname ?? "";
  if (!tenants.has(table)) return [];
  const differs = differsByNode([targetList, whereClause], volatilityOf);
  return [
    ...(differs ? [computed(table)] : []),
    ...(isMutable(returningClause, volatilityOf) ? [returned(table)] : []),
    ...movesMerchant(table, targetList),
  ];
}

const computed = (table: string): Breach => ({
  rule: "nothing mutable",
  says: `${table}: a row is changed by immutable functions; time is a value that it is given.`,
});
const returned = (table: string): Breach => ({
  rule: "nothing mutable",
  says: `${table}: what a write returns is columns, or immutable functions of them.`,
});

const targets = (list: readonly Node[] | undefined): ResTarget[] =>
  (list ?? []).flatMap((each) => ("ResTarget" in each ? [each.ResTarget] : []));

function movesMerchant(table: string, targetList: readonly Node[] | undefined): Breach[] {
  if (!targets(targetList).some(({ name }) => name === merchantOf(table))) return [];
  return [{ rule: "merchant stays", says: `a row of ${table} never changes its merchant.` }];
}

/** A row lock is one row's, of one merchant: given as a value, not found by a join. */
function lockBreaches(node: Node, tenants: ReadonlySet<string>): Breach[] {
  const breaches: Breach[] = [];
  for (const each of nodesIn(node)) {
    if (!("SelectStmt" in each) || each.SelectStmt.lockingClause === undefined) continue;
    const { fromClause = [] } = each.SelectStmt;
    const [only] = fromClause;
    const plain = fromClause.length === 1 && only !== undefined && "RangeVar" in only;
    if (!plain || !tenants.has(only.RangeVar.relname ?? ""))
      breaches.push({
        rule: "one merchant locked",
        says: "a lock takes rows of one table, by their merchant.",
      });
  }
  return breaches;
}
