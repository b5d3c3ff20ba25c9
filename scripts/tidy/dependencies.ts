import { type Fault, lineAt, type Tree } from "./tree.ts";

const WORKSPACE = "pnpm-workspace.yaml";
const ARCHITECTURE = "ARCHITECTURE.md";
const ENTRY = /^ {2}"?(@?[\w./-]+)"?: *(\S+)$/;
const EXACT = /^(?:npm:@?[\w./-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** One catalog of exact versions, and a reason in ARCHITECTURE.md for each name in it. */
export function dependencies(tree: Tree): readonly Fault[] {
  const faults: Fault[] = [];
  const architecture = tree.get(ARCHITECTURE) ?? "";
  for (const { name, version, line } of catalogOf(tree.get(WORKSPACE) ?? "")) {
    if (!EXACT.test(version))
      faults.push({ file: WORKSPACE, line, rule: `${name} needs an exact version.` });
    if (!architecture.includes(`\`${name}\``))
      faults.push({
        file: WORKSPACE,
        line,
        rule: `${name} has no line in ${ARCHITECTURE} that says why it is here.`,
      });
  }
  for (const [file, text] of tree)
    if (/(?:^|\/)package\.json$/.test(file)) faults.push(...looseIn(file, text));
  return faults;
}

function catalogOf(yaml: string): { name: string; version: string; line: number }[] {
  const found: { name: string; version: string; line: number }[] = [];
  let inside = false;
  for (const [index, line] of yaml.split("\n").entries()) {
    if (/^\S/.test(line)) inside = line.startsWith("catalog:");
    const [, name, version] = (inside && ENTRY.exec(line)) || [];
    if (name !== undefined && version !== undefined) found.push({ name, version, line: index + 1 });
  }
  return found;
}

/** Versions named outside the catalog. */
function looseIn(file: string, text: string): Fault[] {
  const block = /"(?:dependencies|devDependencies|peerDependencies)":\s*\{([^}]*)\}/g;
  return [...text.matchAll(block)].flatMap((group) =>
    [...(group[1] ?? "").matchAll(/"([^"]+)":\s*"([^"]+)"/g)]
      .filter(([, , version]) => version !== "catalog:" && version !== "workspace:*")
      .map((match) => ({
        file,
        line: lineAt(text, group.index + group[0].indexOf(match[0])),
        rule: `${match[1] ?? ""} must be "catalog:" or "workspace:*": versions stand in ${WORKSPACE} only.`,
      })),
  );
}
