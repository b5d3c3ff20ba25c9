import { posix } from "node:path";
import { type Fault, faultsAt, isProduct, type Tree } from "./tree.ts";

const HOMELESS = new Set([
  "utils",
  "util",
  "helpers",
  "helper",
  "shared",
  "types",
  "common",
  "misc",
]);

/** One file, one idea, and the name says which: no drawers, no barrels inside a package. */
export function names(tree: Tree): readonly Fault[] {
  const faults: Fault[] = [];
  for (const [file, text] of tree) {
    const homeless = file
      .split("/")
      .map((step) => step.replace(/\..*$/, ""))
      .find((step) => HOMELESS.has(step));
    if (homeless !== undefined && /\.tsx?$/.test(file))
      faults.push({
        file,
        line: 1,
        rule: `"${homeless}" is no name: say which idea the file holds.`,
      });
    if (!isProduct(file)) continue;
    if (
      posix.basename(file) === "index.ts" &&
      !/^(?:packages|apps)\/[^/]+\/src\/index\.ts$/.test(file)
    )
      faults.push({ file, line: 1, rule: "no barrels inside a package: import the file itself." });
    faults.push(
      ...faultsAt(
        { file, text },
        { pattern: /^export \* from/gm, rule: "a door names what it lets through: no `export *`." },
      ),
    );
  }
  return faults;
}
