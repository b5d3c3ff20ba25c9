import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
    const complaint = emit(root, out);
    if (complaint !== undefined)
      return [{ file, line: 1, rule: `the router's declarations cannot be emitted: ${complaint}` }];
    return readdirSync(out, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".d.ts") && LEAK.test(readFileSync(join(out, name), "utf8")))
      .map((name) => ({
        file,
        line: 1,
        rule: `${name} names the database: the router's types hold contracts only.`,
      }));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The compiler's first complaint, if it has one. Tests are left out: nobody compiles against them. */
function emit(root: string, out: string): string | undefined {
  const project = join(out, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    emitDeclarationOnly: true,
    rootDir: root,
    outDir: out,
    typeRoots: [join(root, "node_modules/@types")],
  };
  const include = [join(root, API, "src")];
  const settings = { extends: join(root, API, "tsconfig.json"), compilerOptions, include };
  writeFileSync(project, JSON.stringify(settings));
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const compiler = join(typescript, "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", project], {
    encoding: "utf8",
  });
  if (status !== 0) return stdout.split("\n", 1)[0];
  const emitted = existsSync(join(out, API, "src", "router.d.ts"));
  return emitted ? undefined : "there is no router.d.ts";
}
