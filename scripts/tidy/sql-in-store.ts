import { type Fault, faultsAt, isProduct, type Tree, withoutComments } from "./tree.ts";

const TAG = /(?<![\w.])sql(?:<[^`]*>)?`/g;
const STATEMENT =
  /["'`]\s*(?:with\s+\w+\s+as\s*\(|select\s[\s\S]{1,200}?\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s+[\w".]+\s*(?:where|using|returning|["'`;])|create\s+(?:table|index|role|database|schema)\s|alter\s+table\s|drop\s+(?:table|schema)\s|set\s+local\s)/gi;
const RULE = "SQL lives in packages/core/src/store and packages/core/migrations, nowhere else.";

/**
 * The store alone speaks SQL. The embedded cluster makes databases, and a replica keeps a copy in tables of its
 * owner's, which are other matters.
 */
export function sqlInStore(tree: Tree): readonly Fault[] {
  const faults: Fault[] = [];
  for (const [file, raw] of tree) {
    const elsewhere =
      isProduct(file) &&
      !file.startsWith("packages/core/src/store/") &&
      !file.startsWith("packages/embedded-postgres/") &&
      !file.startsWith("packages/client/src/replica/");
    if (!elsewhere) continue;
    const text = withoutComments(raw);
    for (const pattern of [TAG, STATEMENT])
      faults.push(...faultsAt({ file, text }, { pattern, rule: RULE }));
  }
  return faults;
}
