import type { CaseResult, Environment, Results } from "../sample.ts";
import { tableOf } from "./columns.ts";
import { Finder, type Goal } from "./goals.ts";
import { pictureOf } from "./pictures.ts";
import { readGoals } from "./read-goals.ts";
import { writeGoals } from "./write-goals.ts";

/** Everything that is written of a run, by path under `docs/`. A pure function of its results. */
export function documentsOf(results: Results): ReadonlyMap<string, string> {
  const files = new Map([["benchmarks.md", markdownOf(results)]]);
  for (const result of results.cases) files.set(`benchmarks/${result.name}.svg`, pictureOf(result));
  files.set("benchmarks/results.json", `${JSON.stringify(results, null, 2)}\n`);
  return files;
}

export function goalsOf(results: Results): readonly Goal[] {
  const found = new Finder(results);
  return [...writeGoals(found), ...readGoals(found)];
}

function markdownOf(results: Results): string {
  return [
    "# Benchmarks",
    "",
    "Written by `pnpm bench` from `docs/benchmarks/results.json`, where every window of every contender is kept. Sender, Node and",
    "PostgreSQL share the machine. Every commit is durable: `fsync` and `synchronous_commit` are on.",
    "",
    "Ratios are what to read: contenders take turns (A B C, A B C), so that whatever else the machine does, it does to each",
    "of them. Figures are medians of the windows; the spread is largest minus smallest as a share of the median.",
    "Where the time of a single sale goes, and why one goal is out of reach: `docs/benchmarks/profile.md`. Measured by themselves:",
    "the feed and webhooks under load, `docs/benchmarks/feed.md`; the console, `docs/benchmarks/console.md`; ten and twenty million",
    "changes, `docs/benchmarks/large.md`.",
    "",
    "## Goals",
    "",
    ...goalTable(goalsOf(results)),
    "",
    "## The machine and the run",
    "",
    ...environmentLines(results.environment),
    "",
    ...results.cases.flatMap(section),
  ].join("\n");
}

function goalTable(goals: readonly Goal[]): string[] {
  return table({
    headings: ["work", "goal", "figure", "met", "how"],
    rows: goals.map(({ work, goal, outcome, how }) => [
      work,
      goal,
      outcome?.figure ?? "not measured in this run",
      outcome === undefined ? "" : outcome.met ? "yes" : "no",
      how,
    ]),
  });
}

function environmentLines(run: Environment): string[] {
  const list = (entries: Readonly<Record<string, string>>) =>
    Object.entries(entries)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ");
  const gibibytes = (run.memoryBytes / 1_024 ** 3).toFixed(0);
  return [
    `- ${run.processor}, ${run.cores} cores, ${gibibytes} GiB of memory, ${run.system}`,
    `- Node ${run.node}, PostgreSQL ${run.postgres}; ${list(run.packages)}`,
    `- PostgreSQL's settings: ${list(run.settings)}`,
    `- started ${run.startedAt} at revision ${run.revision}, ${run.seconds} s (${run.mode}); windows of ${run.windowSeconds} s,`,
    `  ${run.rounds} rounds; load average ${run.loadBefore} before and ${run.loadAfter} after`,
    "- CPU columns are seconds of CPU a second of the window: 1.00 is one core kept busy. `load` is the sender's, which no ratio",
    "  counts. The server's access log and its rate limits are off.",
  ];
}

function section(result: CaseResult): string[] {
  return [
    `## ${result.title}`,
    "",
    `\`pnpm bench --only ${result.name}\`. ${result.about}`,
    "",
    ...result.notes.flatMap((note) => [note, ""]),
    ...table(tableOf(result)),
    "",
    `![${result.title}](benchmarks/${result.name}.svg)`,
    "",
  ];
}

function table({
  headings,
  rows,
}: {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}): string[] {
  const escaped = [headings, ...rows].map((cells) =>
    cells.map((cell) => cell.replaceAll("|", "\\|")),
  );
  // As the formatter aligns them, so that what is written stays as it was written.
  const widths = headings.map((_, column) =>
    Math.max(3, ...escaped.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  const [heading = "", ...others] = escaped.map(line);
  return [heading, rule, ...others];
}
