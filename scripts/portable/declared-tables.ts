import { is } from "drizzle-orm";
import { toSnakeCase } from "drizzle-orm/casing";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import type { Column, Key, Table } from "./tables.ts";

interface Named {
  readonly name: string;
  readonly keyAsName: boolean;
}

/** The store casts names so as well: `casing: "snake_case"`. */
const nameOf = ({ name, keyAsName }: Named): string => (keyAsName ? toSnakeCase(name) : name);

/** The tables among what a schema's module exports. */
export function declaredTables(module: Readonly<Record<string, unknown>>): Table[] {
  return Object.values(module).flatMap((value) => (is(value, PgTable) ? [tableOf(value)] : []));
}

function tableOf(table: PgTable): Table {
  const { name, columns, ...config } = getTableConfig(table);
  const keys: Key[] = [
    ...columns
      .filter(({ primary }) => primary)
      .map((column): Key => ({
        kind: "primary key",
        name: `${name} (${nameOf(column)})`,
        columns: [nameOf(column)],
      })),
    ...config.primaryKeys.map((key): Key => ({
      kind: "primary key",
      name: key.getName(),
      columns: key.columns.map(nameOf),
    })),
    ...config.uniqueConstraints.map((key): Key => ({
      kind: "unique",
      name: key.name ?? "",
      columns: key.columns.map(nameOf),
    })),
    ...columns
      .filter(({ isUnique }) => isUnique)
      .map((column): Key => ({
        kind: "unique",
        name: column.uniqueName ?? "",
        columns: [nameOf(column)],
      })),
    ...config.indexes.map(({ config: index }): Key => ({
      kind: index.unique ? "unique" : "index",
      name: index.name ?? "",
      columns: index.columns.map((column) => (isNamed(column) ? nameOf(column) : "(expression)")),
    })),
    ...config.foreignKeys.map((key): Key => {
      const { columns: own, foreignColumns, foreignTable } = key.reference();
      return {
        kind: "foreign key",
        name: key.getName(),
        columns: own.map(nameOf),
        references: {
          table: getTableConfig(foreignTable).name,
          columns: foreignColumns.map(nameOf),
        },
      };
    }),
  ];
  const described = columns.map((column): [string, Column] => [
    nameOf(column),
    {
      type: column.getSQLType(),
      required: column.notNull,
      identity: column.generatedIdentity !== undefined,
    },
  ]);
  return { name, columns: new Map(described), keys };
}

function isNamed(column: object): column is Named {
  return "name" in column && "keyAsName" in column;
}
