import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startPostgres } from "@bincard/embedded-postgres";
import fc from "fast-check";
import { listen } from "../src/listen.ts";
import { HeapWatch } from "./memory.ts";
import { type Finding, type Report, run } from "./run.ts";
import { anyRawTrial, rawTrial } from "./socket.ts";
import { openStage, type Stage } from "./stage.ts";

const USAGE = `pnpm --filter @bincard/server fuzz [--requests 1000000] [--raw 2000] [--seed 1] [--minutes 60]
  [--concurrency 16] [--per-scene 20000] [--database postgres://…]

Asks the server so many requests, made from its own document, valid and broken, and holds every answer against
it. Then so many raw ones over a socket. Ends earlier after so many minutes, or at Ctrl-C, with the figures so
far. Without --database it starts a PostgreSQL of its own. Exit code 1: something was found, and is printed.
`;

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "1000000" },
    raw: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    minutes: { type: "string" },
    concurrency: { type: "string", default: "16" },
    "per-scene": { type: "string", default: "20000" },
    database: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

/** Once everything is closed, what still keeps the process alive was left behind by some request. */
const ENDS_MILLISECONDS = 20_000;
const print = (text: string) => void process.stdout.write(`${text}\n`);
const unhandled: unknown[] = [];
let isToldToStop = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => (isToldToStop = true));
process.on("unhandledRejection", (reason) => void unhandled.push(reason));

if (values.help) print(USAGE);
else process.exitCode = await onDatabase(values.database, fuzz);
setTimeout(() => {
  print(`the process does not end: ${process.getActiveResourcesInfo().join(", ")}`);
  process.exit(1);
}, ENDS_MILLISECONDS).unref();

/** A throwaway PostgreSQL, or the empty database that was named. */
async function onDatabase(
  given: string | undefined,
  work: (url: string) => Promise<number>,
): Promise<number> {
  if (given !== undefined) return work(given);
  const dataDir = await mkdtemp(join(tmpdir(), "bincard-fuzz-"));
  const postgres = await startPostgres({ dataDir, durable: false });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function fuzz(databaseUrl: string): Promise<number> {
  const stage = await openStage(databaseUrl);
  const seed = Number(values.seed);
  try {
    const found = (await inProcess(stage, seed)) + (await overSocket(stage, seed));
    for (const reason of unhandled) print(`unhandled: ${String(reason)}`);
    return found + unhandled.length === 0 ? 0 : 1;
  } finally {
    await stage.close();
  }
}

async function inProcess(stage: Stage, seed: number): Promise<number> {
  const requests = Number(values.requests);
  const heap = new HeapWatch();
  const begun = performance.now();
  const until = values.minutes === undefined ? Infinity : begun + Number(values.minutes) * 60_000;
  let printedAt = begun;
  const every = Math.max(2_500, Math.floor(requests / 80));
  let sampledAt = 0;
  let told = 0;
  const report = await run(stage, {
    requests,
    seed,
    concurrency: Number(values.concurrency),
    perScene: Number(values["per-scene"]),
    isOver: () => isToldToStop || performance.now() > until,
    onProgress(done, soFar) {
      if (done - sampledAt >= every) {
        heap.sample();
        sampledAt = done;
      }
      for (; told < soFar.findings.length; told++) printFinding(soFar.findings[told]);
      if (performance.now() - printedAt < 30_000) return;
      printedAt = performance.now();
      const perSecond = Math.round(done / ((printedAt - begun) / 1_000));
      print(`${done} of ${requests}, ${perSecond}/s, ${soFar.findings.length} findings`);
    },
  });
  const seconds = (performance.now() - begun) / 1_000;
  const grown = heap.grownMegabytes();
  printReport(report, { seconds, seed });
  print(`heap, MB: ${heap.megabytes().join(" ")}; grown ${grown.toFixed(1)}`);
  return report.findings.length + report.damage.length + (grown > 64 ? 1 : 0);
}

function printFinding(finding: Finding | undefined): void {
  if (finding === undefined) return;
  const { made, complaints, answer } = finding;
  print(`\n${complaints.join("; ")}\n  ${JSON.stringify(made).slice(0, 2_000)}\n  ${answer}`);
}

function printReport(report: Report, { seconds, seed }: { seconds: number; seed: number }): void {
  for (const damage of report.damage) print(`verify: ${JSON.stringify(damage)}`);
  print(
    `\nseed ${seed}: ${report.sent} requests in ${seconds.toFixed(0)} s (${report.unsendable} could not be sent)`,
  );
  const statuses = [...report.byStatus].toSorted(([a], [b]) => a - b);
  print(statuses.map(([status, times]) => `${status}: ${times}`).join(", "));
  for (const [operation, { asked, answered }] of [...report.byOperation].toSorted())
    print(`  ${operation}: ${asked}, ${answered} answered 200`);
  print(`${report.findings.length} findings, verify: ${report.damage.length}`);
}

async function overSocket(stage: Stage, seed: number): Promise<number> {
  const raw = Number(values.raw);
  if (raw === 0) return 0;
  const server = await listen(stage.app, { host: "127.0.0.1", port: 0 });
  const port = Number(new URL(server.url).port);
  const statuses = new Map<string, number>();
  let found = 0;
  try {
    const trials = fc.sample(anyRawTrial, { seed, numRuns: raw }).values();
    const worker = async () => {
      for (const one of trials) {
        const { complaint, statuses: came, trial } = await rawTrial(one, port);
        const said = came.length === 0 ? "cut off" : came.join(" ");
        statuses.set(said, (statuses.get(said) ?? 0) + 1);
        if (complaint === undefined) continue;
        found += 1;
        print(`\nover a socket: ${complaint}\n  ${JSON.stringify(trial).slice(0, 2_000)}`);
      }
    };
    await Promise.all(Array.from({ length: 20 }, worker));
    const lives = await fetch(`${server.url}/livez`);
    if (lives.status !== 200) found += 1;
  } finally {
    await server.close();
  }
  const told = [...statuses].toSorted(([, a], [, b]) => b - a);
  print(
    `over a socket: ${raw}, ${found} findings; ${told.map(([s, n]) => `${s}: ${n}`).join(", ")}`,
  );
  return found;
}
