import { createHash } from "node:crypto";
import type { Fault, Tree } from "./tree.ts";

const FOLDER = "packages/core/migrations";
/** `sha256sum *.sql` at each release, kept beside the migrations. */
const RELEASED = `${FOLDER}/released.sha256`;

/** A migration that was released stays as it was: somebody's database has run it. */
export function migrations(tree: Tree, released = tree.get(RELEASED)): readonly Fault[] {
  const faults: Fault[] = [];
  for (const [index, line] of (released ?? "").split("\n").entries()) {
    const [hash, name] = line.trim().split(/\s+/);
    if (hash === undefined || name === undefined) continue;
    const file = `${FOLDER}/${name}`;
    const text = tree.get(file);
    if (text === undefined)
      faults.push({ file: RELEASED, line: index + 1, rule: `${file} was released and is gone.` });
    else if (createHash("sha256").update(text).digest("hex") !== hash)
      faults.push({
        file,
        line: 1,
        rule: "a released migration is never edited: write the next one.",
      });
  }
  return faults;
}
