import type { Permits, Breach } from "./faults.ts";
import { oneLine } from "./faults.ts";
import { Migrated } from "./migrated-tables.ts";
import { schemaBreaches } from "./schema-rules.ts";
import { type Known, statementBreaches } from "./statement-rules.ts";
import { statementsIn } from "./syntax.ts";
import type { Key, Table } from "./tables.ts";

/** One line of the linter's report. */
export interface Finding {
  readonly where: string;
  readonly says: string;
}

export interface Schema {
  /** Name and text of each migration, in their order. */
  readonly migrations: readonly (readonly [string, string])[];
  readonly declared: readonly Table[];
}

/** The schema by both of its sources, and whether they are one. */
export function lintSchema({ migrations, declared }: Schema, permits: Permits) {
  const migrated = new Migrated();
  for (const [file, sql] of migrations) migrated.run(file, sql);
  const findings: Finding[] = migrated.refused.flatMap(({ file, line, text, breach }) =>
    findingsOf(`${file}:${line}`, permits.left(text, [breach])),
  );
  for (const [source, tables] of [
    ["migrations", migrated.tables],
    ["schema", declared],
  ] as const)
    for (const { place, breach } of tables.flatMap(schemaBreaches))
      findings.push(...findingsOf(`${source} ${place}`, permits.left(place, [breach])));
  findings.push(...differences(migrated.tables, declared));
  return { findings, tables: migrated.tables };
}

/** Statements as they were sent. What the migrator sends is linted as the migrations. */
export function lintStatements(
  statements: Iterable<string>,
  { known, permits }: { readonly known: Known; readonly permits: Permits },
): Finding[] {
  return [...statements].flatMap((text) =>
    statementsIn(text).flatMap((statement) => {
      const breaches = permits.left(statement.text, statementBreaches(statement, known));
      return findingsOf(oneLine(statement.text).slice(0, SHOWN), breaches);
    }),
  );
}

const SHOWN = 160;

const findingsOf = (where: string, breaches: readonly Breach[]): Finding[] =>
  breaches.map(({ says }) => ({ where, says }));

function differences(migrated: readonly Table[], declared: readonly Table[]): Finding[] {
  const keysIn = (tables: readonly Table[]) =>
    new Set(tables.flatMap(({ name, keys }) => keys.map((key) => `${name}: ${described(key)}`)));
  const [left, right] = [keysIn(migrated), keysIn(declared)];
  const only = (one: ReadonlySet<string>, other: ReadonlySet<string>, says: string) =>
    [...one].filter((key) => !other.has(key)).map((where) => ({ where, says }));
  return [
    ...only(left, right, "is in the migrations and not in the schema."),
    ...only(right, left, "is in the schema and not in the migrations: generate the next one."),
  ];
}

const described = ({ kind, columns }: Key): string => `${kind} (${columns.join(", ")})`;
