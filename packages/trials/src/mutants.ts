import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Planted, PLANTED } from "./planted.ts";

/**
 * Plants each fault in a copy of the tree and runs the trial that must catch it, and each of those trials
 * once without a fault. Ends with 1 when a fault got through, or a trial is red without one.
 */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const LEFT_OUT = new Set([".git", ".turbo", ".bincard", ".soak", "dist", "coverage"]);
const SEED = 20_261_122;
const SHOWN_CHARACTERS = 160;

/** Sources by copy; what was installed by link, so that each package still finds the copies of the others. */
async function copyTree(): Promise<string> {
  const copy = join(await mkdtemp(join(tmpdir(), "bincard-planted-")), "tree");
  const installed = join(ROOT, "node_modules");
  await cp(ROOT, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (from) => !LEFT_OUT.has(basename(from)) && from !== installed,
  });
  await symlink(installed, join(copy, "node_modules"));
  return copy;
}

interface Outcome {
  readonly isSound: boolean;
  /** The first thing it found. */
  readonly finding: string;
}

function runTrial(tree: string, trial: string): Outcome {
  const once = ["--only", trial, "--minutes", "0.001", "--size", "1", "--seed", String(SEED)];
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--import", "tsx", "src/soak.ts", ...once],
    {
      cwd: join(tree, "packages", "trials"),
      encoding: "utf8",
      timeout: 600_000,
    },
  );
  const finding = stdout.split("\n").find((line) => /^ {2}[A-Z]/.test(line)) ?? "";
  return { isSound: status === 0, finding: finding.trim().slice(0, SHOWN_CHARACTERS) };
}

async function plant(
  tree: string,
  { file, from, to, name }: Planted,
): Promise<() => Promise<void>> {
  const path = join(tree, file);
  const text = await readFile(path, "utf8");
  if (text.split(from).length !== 2)
    throw new Error(`"${name}": ${file} does not hold its text exactly once`);
  await writeFile(
    path,
    text.replace(from, () => to),
  );
  return () => writeFile(path, text);
}

async function run(): Promise<number> {
  const tree = await copyTree();
  let wrong = 0;
  const report = (isAsItShould: boolean, line: string) => {
    if (!isAsItShould) wrong++;
    console.log(`${isAsItShould ? "ok  " : "FAIL"} ${line}`);
  };
  try {
    for (const trial of new Set(PLANTED.map((each) => each.trial))) {
      const { isSound, finding } = runTrial(tree, trial);
      report(isSound, `${trial} without a fault: ${isSound ? "sound" : finding}`);
    }
    for (const planted of PLANTED) {
      const undo = await plant(tree, planted);
      const { isSound, finding } = runTrial(tree, planted.trial);
      report(!isSound, `${planted.trial} with "${planted.name}": ${isSound ? "MISSED" : finding}`);
      await undo();
    }
    return wrong === 0 ? 0 : 1;
  } finally {
    await rm(join(tree, ".."), { recursive: true, force: true });
  }
}

process.exitCode = await run();
