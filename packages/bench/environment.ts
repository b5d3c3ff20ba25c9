import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import type { Cluster } from "./cluster.ts";
import type { Options } from "./options.ts";
import type { Environment } from "./sample.ts";

const PACKAGES = ["postgres", "drizzle-orm", "@trpc/server", "undici", "zod"];

export const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100;

export interface Run {
  readonly startedAt: Date;
  readonly loadBefore: number;
}

export function environmentOf(
  cluster: Cluster,
  options: Options,
  { startedAt, loadBefore }: Run,
): Environment {
  return {
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1_000),
    mode: options.quick ? "quick" : "full",
    windowSeconds: options.seconds,
    rounds: options.rounds,
    node: process.version,
    postgres: cluster.version,
    system: `${type()} ${release()}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    loadBefore,
    loadAfter: loadNow(),
    settings: cluster.settings,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    revision: revision(),
  };
}

/** From the package's own manifest, which not every package lets be imported. */
function versionOf(name: string): string {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(`${folder}/${name}/package.json`, "utf8"));
      return String(Object(manifest)["version"]);
    } catch {
      // Not in this folder: the next one up.
    }
  }
  return "unknown";
}

/** The commit, with a plus sign where the tree differs from it; nothing of this outside a checkout. */
function revision(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync("git", args, { encoding: "utf8", stdio: "pipe" }).trim();
    const changed = git("status", "--porcelain") === "" ? "" : "+";
    return `${git("rev-parse", "--short", "HEAD")}${changed}`;
  } catch {
    return "unknown";
  }
}
