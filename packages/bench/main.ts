import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Bench } from "./bench.ts";
import { CASES, EXTRA } from "./cases/all.ts";
import type { Case } from "./cases/case.ts";
import { startCluster } from "./cluster.ts";
import { environmentOf, loadNow } from "./environment.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { documentsOf, goalsOf } from "./report/document.ts";
import { printed, printedGoals } from "./report/printed.ts";
import type { CaseResult, Results } from "./sample.ts";

async function main(argv: readonly string[]): Promise<void> {
  if (argv.includes("--help")) {
    console.log(`${USAGE}\nCases: ${NAMES.join(", ")}`);
    return;
  }
  const options = readOptions(argv);
  const chosen = casesFor(options);
  const run = { startedAt: new Date(), loadBefore: loadNow() };
  const cluster = await startCluster();
  const bench = new Bench(cluster, options);
  endOnSignals(async () => {
    await bench.stop();
    await cluster.stop();
  });
  const cases: CaseResult[] = [];
  try {
    for (const one of chosen) {
      const result = await runCase(one, bench);
      cases.push(result);
      console.log(printed(result));
    }
    const results: Results = { environment: environmentOf(cluster, options, run), cases };
    console.log(printedGoals(goalsOf(results)));
    console.log(`\n${results.environment.seconds} s, load ${run.loadBefore} to ${loadNow()}`);
    if (options.write) await writeDocuments(results);
  } finally {
    await bench.stop();
    await cluster.stop();
  }
}

const DOCS = fileURLToPath(new URL("../../docs", import.meta.url));

async function writeDocuments(results: Results): Promise<void> {
  await mkdir(join(DOCS, "benchmarks"), { recursive: true });
  for (const [path, text] of documentsOf(results)) await writeFile(join(DOCS, path), text);
  console.log(`written to ${join(DOCS, "benchmarks.md")}`);
}

/** Ctrl-C leaves no process and no folder behind. */
function endOnSignals(end: () => Promise<void>): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => void end().finally(() => process.exit(130)));
}

async function runCase(one: Case, bench: Bench): Promise<CaseResult> {
  const notes: string[] = [];
  const rows = await one.run(bench, (text) => notes.push(text));
  const { name, title, about, unit } = one;
  return { name, title, about, unit, rows, notes };
}

const NAMES = [...CASES, ...EXTRA].map(({ name }) => name);

/** @throws TypeError for a case that does not exist. */
function casesFor({ quick, only, soak, medusa }: Options): readonly Case[] {
  const unknown = only.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0)
    throw new TypeError(`no such case: ${unknown.join(", ")}; there are ${NAMES.join(", ")}`);
  if (only.length > 0) return [...CASES, ...EXTRA].filter(({ name }) => only.includes(name));
  if (soak > 0) return EXTRA;
  const usual = quick ? CASES.filter((one) => one.quick) : CASES;
  if (medusa) return [...usual, ...EXTRA.filter(({ name }) => name === "medusa")];
  console.log("@medusajs/inventory is left out: --medusa fetches its 600 packages and compares");
  return usual;
}

await main(process.argv.slice(2));
