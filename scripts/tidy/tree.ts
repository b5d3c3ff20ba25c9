import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Every text file of the house by its path from the root, with forward slashes. */
export type Tree = ReadonlyMap<string, string>;

/** One broken rule at one place. `rule` is a sentence that says what to do instead. */
export interface Fault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly rule: string;
}

export type Rule = (tree: Tree) => readonly Fault[];

const NOT_OURS = new Set([
  "node_modules",
  ".git",
  ".turbo",
  ".soak",
  ".bincard",
  "dist",
  "coverage",
  "pnpm-lock.yaml",
]);
const TEXT = /\.(?:ts|tsx|md|json|yaml|sql|sh|out|csv)$|\/(?:\.ci\/run|LICENSE|Dockerfile)$/;

/** Reads the working tree, not git's index: a fault shows before it is committed. */
export function readTree(root: string): Tree {
  const files = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (NOT_OURS.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else {
        const name = relative(root, path).split(sep).join("/");
        files.set(name, TEXT.test(`/${name}`) ? readFileSync(path, "utf8") : "");
      }
    }
  };
  visit(root);
  return files;
}

export function isTest(file: string): boolean {
  // The trials damage what is stored, and are tests from beginning to end.
  return /(?:^|\/)test\/|\.test(?:-d)?\.ts$|^packages\/trials\//.test(file);
}

/** Source that ships: TypeScript under a `src` folder that is not a test. */
export function isProduct(file: string): boolean {
  return /^(?:packages|apps)\/[^/]+\/src\/.*\.tsx?$/.test(file) && !isTest(file);
}

export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < index; at = text.indexOf("\n", at + 1))
    line++;
  return line;
}

/** Every match of `pattern` (which must be global) as a fault. */
export function faultsAt(
  { file, text }: { file: string; text: string },
  { pattern, rule }: { pattern: RegExp; rule: string },
): Fault[] {
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    line: lineAt(text, match.index),
    rule,
  }));
}

/** The same text with comments blanked and every line where it was. */
export function withoutComments(text: string): string {
  const blank = (comment: string): string => comment.replace(/[^\n]/g, " ");
  return text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(?<=^|\s)\/\/.*$/gm, blank);
}
