import { describe, expect, it } from "vitest";
import type { CaseResult, Results, Row, Sample } from "../sample.ts";
import { documentsOf, goalsOf } from "./document.ts";

const sample = (changes: number, more: Partial<Sample> = {}): Sample => ({
  seconds: 2,
  requests: changes,
  changes,
  p50: 2,
  p99: 9,
  nodeCpu: 1,
  postgresCpu: 1,
  walBytes: changes * 500,
  ...more,
});
const row = (contender: string, ...samples: Sample[]): Row => ({ contender, setting: "", samples });

function results(...cases: CaseResult[]): Results {
  return {
    cases,
    environment: {
      startedAt: "2026-01-01T00:00:00.000Z",
      seconds: 60,
      mode: "full",
      windowSeconds: 2,
      rounds: 3,
      node: "v20.20.2",
      postgres: "18.4",
      system: "Linux 6.1",
      processor: "A processor",
      cores: 2,
      memoryBytes: 8 * 1_024 ** 3,
      loadBefore: 0.1,
      loadAfter: 2,
      settings: { fsync: "on" },
      packages: { postgres: "3.4.9" },
      revision: "abc1234",
    },
  };
}

const batches = (ours: number): CaseResult => ({
  name: "batches",
  title: "Batches <of> 100",
  about: "What was done.",
  unit: "changes",
  notes: ["A note."],
  rows: [
    row("raw insert", sample(100_000), sample(120_000), sample(110_000)),
    row("Bincard, in process", sample(ours)),
  ],
});

const outcomeOf = (measured: Results, work: string) =>
  goalsOf(measured).find((goal) => goal.work === work)?.outcome;

describe("the document of a run", () => {
  it("is written from the results alone, twice the same", () => {
    const measured = results(batches(80_000));
    expect(documentsOf(measured)).toEqual(documentsOf(structuredClone(measured)));
    expect([...documentsOf(measured).keys()]).toEqual([
      "benchmarks.md",
      "benchmarks/batches.svg",
      "benchmarks/results.json",
    ]);
  });

  it("shows medians, the spread and only the columns that were measured", () => {
    const written = documentsOf(results(batches(80_000))).get("benchmarks.md");
    const markdown = written?.replaceAll(/ +\|/g, " |");
    expect(markdown).toContain(
      "| raw insert | 55,000 | 18 % | 2.00 | 9.00 | 0.50 | 0.50 | 55,000 | 500 |",
    );
    expect(markdown).not.toContain("load CPU");
    expect(markdown).toContain("A note.");
  });

  it("leaves CPU out where the system does not tell", () => {
    const blind = batches(80_000);
    const rows = blind.rows.map(({ samples, ...rest }) => ({
      ...rest,
      samples: samples.map((one) => ({ ...one, nodeCpu: undefined, postgresCpu: undefined })),
    }));
    const measured = results({ ...blind, rows });
    expect(documentsOf(measured).get("benchmarks.md")).not.toContain("CPU s |");
    expect(outcomeOf(measured, "batches of 100, in process, 32 clients")).toBeUndefined();
  });

  it("writes results that make the same documents again", () => {
    const first = documentsOf(results(batches(80_000)));
    const read = JSON.parse(first.get("benchmarks/results.json") ?? "") as Results;
    expect(documentsOf(read)).toEqual(first);
  });

  it("draws a picture that is well-formed and escapes its words", () => {
    const picture = documentsOf(results(batches(80_000))).get("benchmarks/batches.svg") ?? "";
    expect(picture).toContain("Batches &lt;of&gt; 100");
    expect(picture.match(/<rect/g)).toHaveLength(3);
    expect(picture.match(/NaN|undefined|Infinity/)).toBeNull();
  });
});

describe("goals", () => {
  const work = "batches of 100, in process, 32 clients";

  it("are met from the very figure on", () => {
    expect(outcomeOf(results(batches(71_500)), work)).toEqual({
      figure: "0.65 x (35,750 of 55,000)",
      met: true,
    });
    expect(outcomeOf(results(batches(71_400)), work)?.met).toBe(false);
  });

  it("say so when a run did not measure them", () => {
    expect(outcomeOf(results(), work)).toBeUndefined();
    expect(documentsOf(results()).get("benchmarks.md")).toContain("not measured in this run");
  });

  it("name the listing that is worst off", () => {
    const page = (contender: string, setting: string, p50: number): Row => ({
      contender,
      setting,
      samples: [sample(0, { p50 })],
    });
    const pages: CaseResult = {
      name: "pages",
      title: "Pages",
      about: "",
      unit: "requests",
      notes: [],
      rows: [
        page("counts.list", "page 1, 1 M changes", 1),
        page("counts.list", "page 1,000, 1 M changes", 1.2),
        page("catalog.list", "page 1, 1 M changes", 1),
        page("catalog.list", "page 1,000, 1 M changes", 1.5),
      ],
    };
    const outcome = outcomeOf(results(pages), "page 1,000 of any listing");
    expect(outcome?.met).toBe(false);
    expect(outcome?.figure).toContain("worst: catalog.list, page 1,000, 1 M changes 1.50 x");
    expect(outcome?.figure).toContain("of 2, 1 within");
  });
});
