import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const packageFolder = join(import.meta.dirname, "..");
const root = join(packageFolder, "../..");
const source = join(packageFolder, "src");
const tsc = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");

/** The client as a consumer compiles it: without this package's tests, which do name the server. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bincard-client-"));
  const config = {
    extends: join(root, "tsconfig.base.json"),
    files: [join(source, "index.ts")],
    compilerOptions: { typeRoots: [join(packageFolder, "node_modules/@types")] },
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});
const compile = (...options: string[]) =>
  promisify(execFile)(process.execPath, [tsc, "-p", folder, ...options], {
    maxBuffer: 64 * 1_024 * 1_024,
  });

test("a consumer's compiler reads no file of the server, the ledger or a database", async () => {
  const { stdout } = await compile("--listFilesOnly");
  const files = stdout
    .trim()
    .split("\n")
    .map((file) => relative(root, file).replaceAll("\\", "/"));
  expect(files).toContain("packages/client/src/client.ts");
  expect(files).toContain("packages/api/src/router.ts");
  const unwanted = /drizzle|node_modules\/postgres|packages\/core\/|apps\/|hono/;
  expect(files.filter((file) => unwanted.test(file))).toEqual([]);
});

test("the client's declarations name the router, the contracts and tRPC, and nothing else", async () => {
  const out = join(folder, "out");
  await compile(
    "--emitDeclarationOnly",
    "--declarationMap",
    "false",
    "--rootDir",
    root,
    "--outDir",
    out,
  );
  const emitted = join(out, "packages/client/src");
  const imported = new Set<string>();
  for (const name of await readdir(emitted)) {
    const text = await readFile(join(emitted, name), "utf8");
    expect(text, name).not.toMatch(/drizzle|postgres|hono|bincard\/core|bincard\/server/i);
    for (const [, from = ""] of text.matchAll(/(?:from |import\()"([^"]+)"/g))
      if (!from.startsWith("./")) imported.add(from);
  }
  expect([...imported].toSorted()).toEqual([
    "@bincard/api",
    "@bincard/contracts/failure",
    "@trpc/client",
  ]);
});
