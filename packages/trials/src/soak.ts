import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Cluster } from "./cluster.ts";
import { Random } from "./random.ts";
import type { Report, Trial } from "./trial.ts";
import { TRIALS } from "./trials.ts";

/** `pnpm soak [--minutes N] [--seed S] [--only NAME] [--size K]`: every trial again and again, until the time is over. */
const { values } = parseArgs({
  args: process.argv.slice(2).filter((each) => each !== "--"),
  options: {
    minutes: { type: "string", default: "120" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 32)) },
    only: { type: "string" },
    size: { type: "string", default: "4" },
  },
});
const SUMMARIES = fileURLToPath(new URL("../.soak/", import.meta.url));

interface Tally {
  runs: number;
  seconds: number;
  figures: Record<string, number>;
  findings: string[];
}

async function soak(): Promise<number> {
  const seed = Number(values.seed);
  const deadline = Date.now() + Number(values.minutes) * 60_000;
  const chosen = TRIALS.filter(({ name }) => values.only === undefined || name === values.only);
  if (chosen.length === 0) {
    const names = TRIALS.map(({ name }) => name).join(", ");
    throw new Error(`there is no trial called ${values.only ?? ""}: there are ${names}`);
  }
  console.log(`soak: seed ${seed}, size ${values.size}, ${values.minutes} minutes`);
  const tallies = new Map<string, Tally>();
  const random = new Random(seed);
  for (let round = 1; Date.now() < deadline; round++)
    for (const trial of chosen) {
      if (Date.now() >= deadline) break;
      const own = random.fork();
      const begun = performance.now();
      const report = await attempt(trial, own);
      add(tallies, trial, { report, seconds: (performance.now() - begun) / 1_000 });
      const said = report.findings.length === 0 ? "sound" : `${report.findings.length} FINDINGS`;
      const counted = figuresOf(report.figures);
      console.log(
        `${new Date().toISOString()} round ${round}: ${trial.name}: ${said} (${counted})`,
      );
      for (const finding of report.findings.slice(0, 10)) console.log(`  ${finding}`);
    }
  return summarize(seed, tallies);
}

/** A trial that ends in an error has failed: an error is a finding. */
async function attempt(trial: Trial, random: Random): Promise<Report> {
  const cluster = await Cluster.open({ settings: { max_connections: "200" } });
  try {
    const programs = process.env["TRIALS_POSTGRES"];
    const size = Number(values.size);
    return await trial.run({ random, size, serverUrl: cluster.url, programs });
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { figures: {}, findings: [`ERROR: ${said}`] };
  } finally {
    await cluster.remove();
  }
}

const figuresOf = (figures: Readonly<Record<string, number>>): string =>
  Object.entries(figures)
    .map(([figure, count]) => `${figure} ${count}`)
    .join(", ");

function add(
  tallies: Map<string, Tally>,
  { name }: Trial,
  { report, seconds }: { report: Report; seconds: number },
): void {
  const tally = tallies.get(name) ?? { runs: 0, seconds: 0, figures: {}, findings: [] };
  tallies.set(name, tally);
  tally.runs++;
  tally.seconds += seconds;
  tally.findings.push(...report.findings);
  for (const [figure, count] of Object.entries(report.figures))
    tally.figures[figure] = (tally.figures[figure] ?? 0) + count;
}

async function summarize(seed: number, tallies: ReadonlyMap<string, Tally>): Promise<number> {
  const found = [...tallies.values()].reduce((sum, { findings }) => sum + findings.length, 0);
  console.log(`\n${"trial".padEnd(14)} runs  minutes  findings  figures`);
  for (const [name, { runs, seconds, figures, findings }] of tallies) {
    const counted = figuresOf(figures);
    const columns = [
      name.padEnd(14),
      String(runs).padStart(4),
      (seconds / 60).toFixed(1).padStart(8),
      String(findings.length).padStart(9),
    ];
    console.log(`${columns.join(" ")}  ${counted}`);
  }
  await mkdir(SUMMARIES, { recursive: true });
  const file = `${SUMMARIES}${new Date().toISOString().replaceAll(":", "-")}-seed-${seed}.json`;
  const summary = {
    seed,
    size: values.size,
    minutes: values.minutes,
    ...Object.fromEntries(tallies),
  };
  await writeFile(file, `${JSON.stringify(summary, null, 2)}\n`);
  console.log(
    `\n${found} findings; repeat with --seed ${seed} --size ${values.size}; summary in ${file}`,
  );
  return found === 0 ? 0 : 1;
}

process.exitCode = await soak();
