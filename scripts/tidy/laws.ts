import type { Fault, Tree } from "./tree.ts";

const LAWS_FILE = "packages/core/LAWS.md";
const LAW_COUNT = 13;
/** What a row says in place of a test file while a law has no test; the last cell then says why. */
const NOT_PROVEN = "not proven yet";

/**
 * Every law L1 … L13 names a test that exists. `LAWS.md` holds table rows whose first cell is the law and
 * whose last two are the test's file (from the root) and its name; a law may have several rows.
 */
export function laws(tree: Tree): readonly Fault[] {
  const text = tree.get(LAWS_FILE);
  if (text === undefined)
    return [{ file: LAWS_FILE, line: 1, rule: "the laws name their tests in this file." }];
  const faults: Fault[] = [];
  const named = new Set<string>();
  for (const [index, line] of text.split("\n").entries()) {
    const cells = cellsOf(line);
    const [law, test, name] = [cells[0] ?? "", cells.at(-2) ?? "", cells.at(-1) ?? ""];
    if (!/^L\d+$/.test(law)) continue;
    named.add(law);
    const fault = faultOf(tree, { test, name });
    if (fault !== undefined) faults.push({ file: LAWS_FILE, line: index + 1, rule: fault });
  }
  for (let number = 1; number <= LAW_COUNT; number++)
    if (!named.has(`L${number}`))
      faults.push({ file: LAWS_FILE, line: 1, rule: `law L${number} names no test.` });
  return faults;
}

/** How many laws say that no test proves them yet. */
export function lawsNotProven(tree: Tree): number {
  return (tree.get(LAWS_FILE) ?? "")
    .split("\n")
    .filter((line) => /^L\d+$/.test(cellsOf(line)[0] ?? "") && cellsOf(line).at(-2) === NOT_PROVEN)
    .length;
}

function cellsOf(line: string): string[] {
  if (!line.startsWith("|")) return [];
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^`(.*)`$/, "$1"));
}

function faultOf(tree: Tree, { test, name }: { test: string; name: string }): string | undefined {
  if (test === NOT_PROVEN) return name === "" ? "a law without a test says why." : undefined;
  const source = tree.get(test);
  if (source === undefined) return `${test} does not exist: a law names a test that does.`;
  const quoted = ['"', "'", "`"].some((quote) => source.includes(`${quote}${name}${quote}`));
  return quoted ? undefined : `${test} has no test named "${name}".`;
}
