import { posix } from "node:path";
import { type Fault, lineAt, type Tree } from "./tree.ts";

const BACKTICKS = /`([^`\n]+)`/g;
const LINK = /\]\(([^)\s]+)\)/g;
const PATH = /^(?:\.{0,2}\/)?[\w@.*-]+(?:\/[\w@.*#-]+)*\/?$/;
/** A name without a slash is a citation when it ends like a file of ours. */
const FILE_NAME = /^[\w.-]+\.(?:ts|md|json|yaml|sql|sh|out|csv)$/;
/** What a start makes, not what the repository holds. */
const MADE_AT_RUN_TIME = /^(?:\.bincard|dist|node_modules|coverage|\.turbo)(?:\/|$)/;

/** A path that a document names in backticks or links to is there. */
export function citedPaths(tree: Tree): readonly Fault[] {
  const faults: Fault[] = [];
  const roots = new Set([...tree.keys()].map((file) => file.split("/", 1)[0]));
  for (const [file, raw] of tree) {
    if (!file.endsWith(".md")) continue;
    const text = raw.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, " "));
    const cited = [
      ...[...text.matchAll(BACKTICKS)].filter(([, cite = ""]) => isPath(cite, roots)),
      ...[...text.matchAll(LINK)].filter(([, link = ""]) => !/^(?:[a-z]+:|#)/.test(link)),
    ];
    for (const match of cited) {
      const path = (match[1] ?? "").replace(/#.*$/, "");
      if (exists(tree, { path, from: posix.dirname(file) })) continue;
      const rule = `${path} does not exist: a document names only what is there.`;
      faults.push({ file, line: lineAt(text, match.index), rule });
    }
  }
  return faults;
}

function isPath(cite: string, roots: ReadonlySet<string | undefined>): boolean {
  if (!PATH.test(cite) || MADE_AT_RUN_TIME.test(cite)) return false;
  if (FILE_NAME.test(cite)) return true;
  return cite.includes("/") && roots.has(cite.split("/", 1)[0]);
}

function exists(tree: Tree, { path, from }: { path: string; from: string }): boolean {
  const wanted = [posix.normalize(posix.join(from, path)), posix.normalize(path)].map((candidate) =>
    candidate.replace(/\/$/, ""),
  );
  const files = [...tree.keys()];
  if (path.includes("*")) {
    const patterns = wanted.map(globPattern);
    return files.some((file) => patterns.some((pattern) => pattern.test(file)));
  }
  return files.some(
    (file) =>
      wanted.some((name) => file === name || file.startsWith(`${name}/`)) ||
      (!path.includes("/") && posix.basename(file) === path),
  );
}

function globPattern(glob: string): RegExp {
  const source = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*+/g, ".*");
  return new RegExp(`^${source}(?:/|$)`);
}
