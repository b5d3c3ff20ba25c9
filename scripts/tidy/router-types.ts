import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Fault } from "./tree.ts";

const LEAK = /["'](?:drizzle-orm|postgres|@bincard\/core)(?:\/[^"']*)?["']/;
const API = "packages/api";

/**
 * Emits the declarations that a consumer of the router compiles against and looks for the database in them:
 * a context that holds a Drizzle handle would make every client pull in Drizzle's types.
 */
export function routerTypes(root: string): readonly Fault[] {
  const file = `${API}/src/index.ts`;
  if (!existsSync(join(root, file))) return [{ file, line: 1, rule: "the router has no door." }];
  const out = mkdtempSync(join(tmpdir(), "bincard-tidy-"));
  try {
    emit(root, out);
    const declarations = readdirSync(out, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".d.ts"))
      .map((name) => ({ name, text: readFileSync(join(out, name), "utf8") }));
    if (!declarations.some(({ name }) => name.endsWith(join("src", "router.d.ts"))))
      return [{ file, line: 1, rule: "the router's declarations could not be emitted." }];
    return declarations
      .filter(({ text }) => LEAK.test(text))
      .map(({ name }) => ({
        file,
        line: 1,
        rule: `${name} names the database: the router's types hold contracts only.`,
      }));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function emit(root: string, out: string): void {
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const flags = ["--noEmit", "false", "--emitDeclarationOnly", "--declaration"];
  const project = ["-p", join(root, API), "--rootDir", root, "--outDir", out];
  execFileSync(process.execPath, [join(typescript, "bin", "tsc"), ...project, ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}
