import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const DOCUMENT = fileURLToPath(new URL("../../../docs/scaling.md", import.meta.url));
/** What the document's ranges end at, in words of SQL. */
const DOCUMENTED = 100_000_000;

/**
 * The statements of `docs/scaling.md` by the word that each block begins with, for ranges of `size`
 * positions in place of the document's: what is tested is what is to be read there.
 */
export async function recipe(size: number): Promise<(name: string) => string> {
  const text = await readFile(DOCUMENT, "utf8");
  const blocks = new Map(
    Array.from(text.matchAll(/^```sql\n-- (\w+):[^\n]*\n([\s\S]*?)^```/gm), (match) => [
      match[1] ?? "",
      (match[2] ?? "")
        .replaceAll(String(2 * DOCUMENTED), String(2 * size))
        .replaceAll(String(DOCUMENTED), String(size))
        .replaceAll(String(DOCUMENTED - 1), String(size - 1)),
    ]),
  );
  return (name) => {
    const found = blocks.get(name);
    if (found === undefined) throw new Error(`docs/scaling.md has no recipe "${name}"`);
    return found;
  };
}
