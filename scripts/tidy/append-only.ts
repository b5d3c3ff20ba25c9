import { type Fault, faultsAt, isTest, type Tree, withoutComments } from "./tree.ts";

/** `update changes`, `delete from changes`, `truncate changes`, quoted or as a Drizzle table. */
const IN_SQL =
  /\b(?:update|delete\s+from|truncate(?:\s+table)?)\s+(?:only\s+)?(?:\$\{\s*)?(?:"?\w+"?\.)?"?changes\b(?!\s*\()/gi;
const IN_DRIZZLE = /\.(?:update|delete)\(\s*(?:\w+\.)?changes\b/g;
const RULE =
  "changes are append-only: never updated, never deleted; record another change instead (laws: Words).";

/** No statement outside the tests rewrites history. */
export function appendOnly(tree: Tree): readonly Fault[] {
  const faults: Fault[] = [];
  for (const [file, raw] of tree) {
    if (isTest(file) || !/\.(?:ts|sql)$/.test(file) || file.startsWith("scripts/")) continue;
    const text = file.endsWith(".ts")
      ? withoutComments(raw)
      : raw.replace(/--.*$/gm, (comment) => " ".repeat(comment.length));
    for (const pattern of [IN_SQL, IN_DRIZZLE])
      faults.push(...faultsAt({ file, text }, { pattern, rule: RULE }));
  }
  return faults;
}
