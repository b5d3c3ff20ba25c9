import { type Fault, faultsAt, isTest, type Tree, withoutComments } from "./tree.ts";

const EVERYWHERE = [
  {
    pattern: /^import\s+(?!type\b)(?!\*)[^;]*?\sfrom\s+"zod"/gm,
    rule: 'write `import * as z from "zod"`: the named import cannot be tree-shaken by every bundler.',
  },
  {
    pattern: /\bas\s+unknown\s+as\b/g,
    rule: "`as unknown as` silences the compiler: parse the value or narrow it.",
  },
] as const;

const PURE = [
  {
    pattern: /\b(?:await|async)\b/g,
    rule: "rules are pure: what must be waited for is read before they run.",
  },
] as const;

const UNFINISHED = /\b(?:TODO|FIXME|XXX)\b/g;

/** What the linter of this version cannot hold. */
export function manners(tree: Tree): readonly Fault[] {
  const faults: Fault[] = [];
  for (const [file, raw] of tree) {
    if (!/\.tsx?$/.test(file) || file.startsWith("scripts/")) continue;
    const text = withoutComments(raw);
    const pure = file.startsWith("packages/core/src/rules/") && !isTest(file);
    for (const manner of [...EVERYWHERE, ...(pure ? PURE : [])])
      faults.push(...faultsAt({ file, text }, manner));
    const rule = "finish it or file an issue: nothing in the tree is half done.";
    faults.push(...faultsAt({ file, text: raw }, { pattern: UNFINISHED, rule }));
  }
  return faults;
}
