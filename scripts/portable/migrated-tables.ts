import type { AlterTableCmd, ColumnDef, Constraint, IndexStmt, Node, RangeVar } from "libpg-query";
import type { Breach } from "./faults.ts";
import { nameOf, type Parsed, statementsIn } from "./syntax.ts";
import type { Column, Key, Table } from "./tables.ts";

/** A breach at a line of a migration. */
export interface Refused {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly breach: Breach;
}

interface Building {
  readonly name: string;
  readonly columns: Map<string, Column>;
  keys: Key[];
}

/** What a migration may do beside shaping tables: every distributed PostgreSQL passes these on. */
const PASSED_ON = new Set([
  "CreateSchemaStmt",
  "CommentStmt",
  "CreateRoleStmt",
  "AlterRoleStmt",
  "GrantStmt",
  "GrantRoleStmt",
  "AlterDefaultPrivilegesStmt",
  "AlterOwnerStmt",
  "CreatePolicyStmt",
  "AlterPolicyStmt",
  "VariableSetStmt",
  "InsertStmt",
  "UpdateStmt",
]);

/** Runs the migrations of a folder in their order, on paper: the tables they leave, what they may not do. */
export class Migrated {
  readonly #tables = new Map<string, Building>();
  readonly refused: Refused[] = [];

  get tables(): readonly Table[] {
    return [...this.#tables.values()];
  }

  run(file: string, sql: string): void {
    for (const statement of statementsIn(sql)) {
      const refusal = this.#apply(statement.node, statement);
      if (refusal === undefined) continue;
      const breach = { rule: "nothing refused", says: refusal } as const;
      this.refused.push({ file, line: statement.line, text: statement.text, breach });
    }
  }

  /** The sentence that refuses it, if one does. */
  #apply(node: Node, { kind, text }: Parsed): string | undefined {
    if ("CreateStmt" in node) return this.#create(node.CreateStmt.relation, node.CreateStmt);
    if ("IndexStmt" in node) this.#index(node.IndexStmt);
    else if ("AlterTableStmt" in node) {
      const table = this.#table(node.AlterTableStmt.relation);
      for (const cmd of node.AlterTableStmt.cmds ?? [])
        if ("AlterTableCmd" in cmd && table !== undefined) alter(table, cmd.AlterTableCmd);
    } else if ("RenameStmt" in node) this.#rename(node.RenameStmt);
    else if ("DropStmt" in node) this.#drop((node.DropStmt.objects ?? []).map(namesIn));
    else if ("DoStmt" in node) {
      // A role may be there already, and there is no other way to ask.
      if (!/\bcreate\s+role\b/i.test(text)) return "no code runs in the database: a DO block.";
    } else if (!PASSED_ON.has(kind))
      return `${kind.replace(/Stmt$/, "")} is not on the list of what a distributed PostgreSQL takes.`;
    return undefined;
  }

  #create(
    relation: RangeVar | undefined,
    { tableElts, inhRelations }: { tableElts?: Node[]; inhRelations?: Node[] },
  ): string | undefined {
    const name = relation?.relname ?? "";
    if (inhRelations !== undefined) return `${name} inherits: a distributed table cannot.`;
    const table: Building = { name, columns: new Map(), keys: [] };
    for (const element of tableElts ?? [])
      if ("ColumnDef" in element) addColumn(table, element.ColumnDef);
      else if ("Constraint" in element) addConstraint(table, element.Constraint);
    this.#tables.set(name, table);
    return undefined;
  }

  #index({ relation, idxname = "", indexParams, unique = false }: IndexStmt): void {
    const columns = (indexParams ?? []).map((each) =>
      "IndexElem" in each ? (each.IndexElem.name ?? "(expression)") : "",
    );
    const kind = unique ? "unique" : "index";
    this.#table(relation)?.keys.push({ kind, name: idxname, columns });
  }

  #rename({
    relation,
    subname,
    newname = "",
  }: {
    relation?: RangeVar;
    subname?: string;
    newname?: string;
  }): void {
    const table = this.#table(relation);
    if (table === undefined) return;
    if (subname === undefined) {
      this.#tables.delete(table.name);
      this.#tables.set(newname, { ...table, name: newname });
      return;
    }
    const column = table.columns.get(subname);
    if (column !== undefined) {
      table.columns.delete(subname);
      table.columns.set(newname, column);
    }
    table.keys = table.keys.map((key) => ({
      ...key,
      name: key.name === subname ? newname : key.name,
      columns: key.columns.map((name) => (name === subname ? newname : name)),
    }));
  }

  #drop(dropped: readonly string[]): void {
    for (const name of dropped) this.#tables.delete(name);
    for (const table of this.#tables.values())
      table.keys = table.keys.filter(({ name }) => !dropped.includes(name));
  }

  #table(relation: RangeVar | undefined): Building | undefined {
    return this.#tables.get(relation?.relname ?? "");
  }
}

/** The last part of a dropped thing's name. */
const namesIn = (object: Node): string =>
  "List" in object ? (nameOf(object.List.items).at(-1) ?? "") : "";

function alter(table: Building, { subtype, def, name = "" }: AlterTableCmd): void {
  if (subtype === "AT_AddColumn" && def !== undefined && "ColumnDef" in def)
    addColumn(table, def.ColumnDef);
  if (subtype === "AT_AddConstraint" && def !== undefined && "Constraint" in def)
    addConstraint(table, def.Constraint);
  if (subtype === "AT_DropConstraint") table.keys = table.keys.filter((key) => key.name !== name);
  if (subtype === "AT_DropColumn") {
    table.columns.delete(name);
    table.keys = table.keys.filter(({ columns }) => !columns.includes(name));
  }
  const column = table.columns.get(name);
  if (column === undefined) return;
  if (subtype === "AT_SetNotNull") table.columns.set(name, { ...column, required: true });
  if (subtype === "AT_DropNotNull") table.columns.set(name, { ...column, required: false });
  if (subtype === "AT_AddIdentity") table.columns.set(name, { ...column, identity: true });
  if (subtype === "AT_DropIdentity") table.columns.set(name, { ...column, identity: false });
  if (subtype === "AT_ColumnDefault" && isCounted(def))
    table.columns.set(name, { ...column, identity: true });
}

function addColumn(table: Building, { colname = "", typeName, constraints }: ColumnDef): void {
  const own = (constraints ?? []).flatMap((each) =>
    "Constraint" in each ? [each.Constraint] : [],
  );
  const has = (...types: Constraint["contype"][]) =>
    own.some(({ contype }) => types.includes(contype));
  table.columns.set(colname, {
    type: nameOf(typeName?.names).at(-1) ?? "",
    required: has("CONSTR_NOTNULL", "CONSTR_PRIMARY"),
    identity: has("CONSTR_IDENTITY") || own.some(({ raw_expr }) => isCounted(raw_expr)),
  });
  for (const constraint of own) addConstraint(table, constraint, colname);
}

/** A default that takes the next number of a sequence. */
const isCounted = (value: Node | undefined): boolean =>
  value !== undefined && JSON.stringify(value).includes('"nextval"');

const KINDS: Partial<Record<NonNullable<Constraint["contype"]>, Key["kind"]>> = {
  CONSTR_PRIMARY: "primary key",
  CONSTR_UNIQUE: "unique",
  CONSTR_FOREIGN: "foreign key",
  CONSTR_EXCLUSION: "exclusion",
};

/** `of` is the column that a constraint was written beside. */
function addConstraint(table: Building, constraint: Constraint, of?: string): void {
  const kind = constraint.contype && KINDS[constraint.contype];
  if (kind === undefined) return;
  const listed = nameOf(constraint.keys ?? constraint.fk_attrs);
  const columns = listed.length === 0 && of !== undefined ? [of] : listed;
  const name = constraint.conname ?? `${table.name} (${columns.join(", ")})`;
  const target = { table: constraint.pktable?.relname ?? "", columns: nameOf(constraint.pk_attrs) };
  table.keys.push({
    kind,
    name,
    columns,
    ...(kind === "foreign key" ? { references: target } : {}),
  });
}
