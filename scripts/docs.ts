import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { cliPage } from "./docs/cli.ts";
import { errorsPage } from "./docs/errors.ts";
import { limitsPage } from "./docs/limits.ts";
import { openApiPage } from "./docs/openapi.ts";
import { proceduresPage } from "./docs/procedures.ts";

/** The pages of docs/reference that say what the code says. `--check` compares instead of writing. */
const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  "docs/reference/cli.md": cliPage,
  "docs/reference/errors.md": errorsPage,
  "docs/reference/limits.md": limitsPage,
  "docs/reference/openapi.json": openApiPage,
  "docs/reference/procedures.md": proceduresPage,
};

const root = new URL("..", import.meta.url);
const onlyCheck = process.argv.includes("--check");
let stale = 0;
for (const [path, make] of Object.entries(PAGES)) {
  const file = fileURLToPath(new URL(path, root));
  const text = await make();
  if (textOf(file) === text) continue;
  if (onlyCheck) {
    console.error(`${path}:1: this page is generated and out of date: run pnpm docs.`);
    stale++;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
}
process.exitCode = stale === 0 ? 0 : 1;

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
