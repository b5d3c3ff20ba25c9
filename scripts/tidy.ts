import { fileURLToPath } from "node:url";
import { appendOnly } from "./tidy/append-only.ts";
import { citedPaths } from "./tidy/cited-paths.ts";
import { dependencies } from "./tidy/dependencies.ts";
import { laws, lawsNotProven } from "./tidy/laws.ts";
import { manners } from "./tidy/manners.ts";
import { migrations } from "./tidy/migrations.ts";
import { names } from "./tidy/names.ts";
import { routerTypes } from "./tidy/router-types.ts";
import { sqlInStore } from "./tidy/sql-in-store.ts";
import { readTree, type Rule } from "./tidy/tree.ts";

/** The house inspector: the rules of CONTRIBUTING.md that no linter can hold. */
const RULES: readonly Rule[] = [
  appendOnly,
  sqlInStore,
  citedPaths,
  laws,
  names,
  manners,
  migrations,
  dependencies,
];

const root = fileURLToPath(new URL("..", import.meta.url));
const tree = readTree(root);
const faults = [...RULES.flatMap((rule) => rule(tree)), ...routerTypes(root)];

for (const { file, line, rule } of faults) console.error(`${file}:${line}: ${rule}`);
const open = lawsNotProven(tree);
const proven = open === 0 ? "" : `, ${open} law${open === 1 ? "" : "s"} not proven yet`;
console.log(`tidy: ${tree.size} files, ${faults.length} faults${proven}`);
process.exitCode = faults.length === 0 ? 0 : 1;
