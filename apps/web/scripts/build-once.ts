import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

/**
 * Builds the console unless what is built is newer than all it is built from. `pnpm start` begins with it, so
 * that the first start on a fresh clone shows a console; a build that fails is told, and the server starts.
 */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SOURCES = [
  "apps/web/src",
  "apps/web/public",
  "apps/web/index.html",
  "apps/web/vite.config.ts",
  "packages/client/src",
  "packages/contracts/src",
  "packages/demo/src",
  "packages/import/src",
  "pnpm-lock.yaml",
];

function newest(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0);
}

function builtAt(): number {
  try {
    return statSync(join(ROOT, "apps/web/dist/index.html")).mtimeMs;
  } catch {
    return 0;
  }
}

if (Math.max(...SOURCES.map((path) => newest(join(ROOT, path)))) > builtAt()) {
  try {
    await build({ root: join(ROOT, "apps/web"), logLevel: "warn" });
  } catch (error) {
    console.error(`The console could not be built: ${String(error)}`);
  }
}
