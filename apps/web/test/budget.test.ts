import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const FIRST_LOAD_BYTES = 200 * 1_000;

/** What Vite tells of a file of the build. */
interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

const read = (file: string) => readFileSync(`${DIST}/${file}`);
const chunks = (): Readonly<Record<string, Chunk>> => JSON.parse(read("manifest.json").toString());

/** Every file that must come before this one can run. */
function filesOf(name: string, all = chunks(), seen = new Set<string>()): Set<string> {
  const chunk = all[name];
  if (chunk === undefined) throw new Error(`the build has no ${name}`);
  if (seen.has(chunk.file)) return seen;
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
  for (const imported of chunk.imports ?? []) filesOf(imported, all, seen);
  return seen;
}

test("the first screen comes in under 200 kB gzip", () => {
  const all = chunks();
  const files = filesOf("src/pages/stock/stock-page.tsx", all, filesOf("index.html", all));
  const sizes = [...files, "index.html", "theme.js"].map((file) => gzipSync(read(file)).length);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(FIRST_LOAD_BYTES);
});

test("what only a window needs is not part of it", () => {
  const files = filesOf("src/pages/stock/stock-page.tsx", chunks(), filesOf("index.html"));
  const text = [...files].map((file) => read(file).toString()).join("");
  expect(text).not.toContain("uplot");
  expect(text).not.toContain("base-ui-");
});

test("the page holds no script, no style and nothing from elsewhere", () => {
  const page = read("index.html").toString();
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=/);
  expect([...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, to]) => to)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^\/assets\//)]),
  );
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
});
