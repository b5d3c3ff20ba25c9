import { Bench } from "./bench.ts";
import { CASES } from "./cases/all.ts";
import type { Case } from "./cases/case.ts";
import { startCluster } from "./cluster.ts";
import { environmentOf, loadNow } from "./environment.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { printed } from "./report/printed.ts";
import type { CaseResult, Results } from "./sample.ts";

async function main(argv: readonly string[]): Promise<void> {
  if (argv.includes("--help")) {
    console.log(`${USAGE}\nCases: ${CASES.map(({ name }) => name).join(", ")}`);
    return;
  }
  const options = readOptions(argv);
  const chosen = casesFor(options);
  const run = { startedAt: new Date(), loadBefore: loadNow() };
  const cluster = await startCluster();
  const bench = new Bench(cluster, options);
  const cases: CaseResult[] = [];
  try {
    for (const one of chosen) {
      const result = await runCase(one, bench);
      cases.push(result);
      console.log(printed(result));
    }
    const results: Results = { environment: environmentOf(cluster, options, run), cases };
    console.log(`${results.environment.seconds} s, load ${run.loadBefore} to ${loadNow()}`);
  } finally {
    await bench.stop();
    await cluster.stop();
  }
}

async function runCase(one: Case, bench: Bench): Promise<CaseResult> {
  const notes: string[] = [];
  const rows = await one.run(bench, (text) => notes.push(text));
  const { name, title, about, unit } = one;
  return { name, title, about, unit, rows, notes };
}

function casesFor({ quick, only }: Options): readonly Case[] {
  const unknown = only.filter((name) => !CASES.some((one) => one.name === name));
  if (unknown.length > 0)
    throw new TypeError(
      `no such case: ${unknown.join(", ")}; there are ${CASES.map(({ name }) => name).join(", ")}`,
    );
  if (only.length > 0) return CASES.filter(({ name }) => only.includes(name));
  return quick ? CASES.filter((one) => one.quick) : CASES;
}

await main(process.argv.slice(2));
