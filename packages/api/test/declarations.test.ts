import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const packageFolder = join(import.meta.dirname, "..");
const root = join(packageFolder, "../..");
const tsc = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");
const run = (...options: string[]) =>
  promisify(execFile)(process.execPath, [tsc, "-p", packageFolder, ...options], {
    maxBuffer: 64 * 1_024 * 1_024,
  });

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "bincard-api-"));
});
afterAll(async () => {
  await rm(out, { recursive: true, force: true });
});

// tRPC repeats the context's type in every sub-router: what it named, every consumer would have to
// install.
test("the router's declarations name contracts and tRPC, and nothing of a database", async () => {
  const where = ["--outDir", out, "--rootDir", root];
  await run("--noEmit", "false", "--emitDeclarationOnly", "--declarationMap", "false", ...where);
  const emitted = await readFile(join(out, "packages/api/src/router.d.ts"), "utf8");
  expect(emitted).toContain("idempotencyKey");
  expect(emitted).not.toMatch(/drizzle|postgres|bincard\/core|bincard\/server|hono/i);
  const imported = [...emitted.matchAll(/(?:from |import\()"([^"]+)"/g)].map(([, from]) => from);
  // The last is what tRPC itself calls the type of a subscription.
  const permitted = [
    "@trpc/server",
    "@bincard/contracts",
    "zod",
    "zod/v4/core",
    "@trpc/server/unstable-core-do-not-import",
  ];
  const foreign = imported.filter(
    (from) => !from?.startsWith("./") && !permitted.includes(from ?? ""),
  );
  expect([...new Set(foreign)]).toEqual([]);
});

test("compiling against the router reads no file of a database or of the server", async () => {
  const { stdout } = await run("--listFilesOnly");
  const files = stdout
    .trim()
    .split("\n")
    .map((file) => relative(root, file).replaceAll("\\", "/"));
  expect(files).toContain("packages/api/src/router.ts");
  const unwanted = /drizzle|node_modules\/postgres|packages\/core\/|apps\/|hono/;
  expect(files.filter((file) => unwanted.test(file))).toEqual([]);
});
