import { describe, expect, test } from "vitest";
import { Comparison, LINES_PER_QUESTION } from "./comparison.ts";
import type { Line } from "./count-sheet.ts";
import type { Then } from "./held-then.ts";

const line = (quantity: string): Line => ({ quantity, at: "2026-11-22T10:00:00.000Z" });
const settled = async () => new Promise((next) => setTimeout(next));

/** A ledger that says the same of everything, and what it was asked. */
function ledger(held: Record<string, string> = {}) {
  const asked: string[][] = [];
  const faults: Error[] = [];
  const comparison = new Comparison(async (lines, signal) => {
    await settled();
    signal.throwIfAborted();
    const fault = faults.pop();
    if (fault !== undefined) throw fault;
    asked.push([...lines.keys()]);
    return new Map(
      [...lines.keys()].map((id): [string, Then] => [
        id,
        { kind: "held", quantity: held[id] ?? "10" },
      ]),
    );
  });
  const compared = async () => {
    for (let time = 0; time < 50; time += 1) await settled();
    return comparison.findings;
  };
  return { comparison, asked, faults, held, compared };
}

describe("a comparison", () => {
  test("asks about each line once, and shows the largest difference first", async () => {
    const { comparison, asked, compared } = ledger({ TEA: "3" });
    comparison.compare([
      ["RICE", line("10")],
      ["TEA", line("9")],
      ["OIL", line("8.5")],
    ]);
    const findings = await compared();
    expect(findings).toMatchObject({ lines: 3, differing: 2 });
    expect(findings?.largest.map(({ id, difference }) => [id, difference])).toEqual([
      ["TEA", "6"],
      ["OIL", "-1.5"],
      ["RICE", "0"],
    ]);
    expect(asked).toEqual([["RICE", "TEA", "OIL"]]);
  });

  test("asks again about what moved or was counted anew, and about nothing else", async () => {
    const { comparison, asked, held, compared } = ledger();
    const [tea, rice] = [line("10"), line("10")];
    comparison.compare(Object.entries({ TEA: tea, RICE: rice, OIL: line("10") }));
    await compared();
    held["RICE"] = "12";
    comparison.moved(["RICE", "SOMETHING-ELSE"]);
    expect((await compared())?.differing).toBe(1);
    comparison.compare(Object.entries({ TEA: tea, RICE: rice, OIL: line("11") }));
    expect(await compared()).toMatchObject({ lines: 3, differing: 2 });
    comparison.compare(Object.entries({ TEA: tea }));
    expect(await compared()).toMatchObject({ lines: 1, differing: 0 });
    expect(asked.slice(1)).toEqual([["RICE"], ["OIL"]]);
  });

  test("asks about many in questions that the ledger takes", async () => {
    const { comparison, asked, compared } = ledger();
    const ids = Array.from({ length: 2_500 }, (_, at) => `ITEM-${at}`);
    comparison.compare(ids.map((id) => [id, line("10")] as const));
    expect(comparison.findings).toBeUndefined();
    expect(await compared()).toMatchObject({ lines: 2_500, differing: 0 });
    expect(asked.map(({ length }) => length)).toEqual([
      LINES_PER_QUESTION,
      LINES_PER_QUESTION,
      500,
    ]);
    expect(asked.flat()).toEqual(ids);
  });

  test("says that it was refused, and goes on where it was", async () => {
    const { comparison, faults, asked, compared } = ledger();
    faults.push(new Error("no"));
    comparison.compare([["TEA", line("10")]]);
    expect(await compared()).toBeUndefined();
    expect(comparison.error).toBeInstanceOf(Error);
    comparison.retry();
    expect(await compared()).toMatchObject({ lines: 1 });
    expect(comparison.error).toBeUndefined();
    expect(asked).toEqual([["TEA"]]);
  });

  test("asks nothing while it is paused, and all that is left afterwards", async () => {
    const { comparison, asked, compared } = ledger();
    const lines = [["TEA", line("10")]] as const;
    comparison.compare(lines);
    comparison.pause();
    expect(await compared()).toBeUndefined();
    expect(asked).toEqual([]);
    expect(comparison.error).toBeUndefined();
    comparison.compare(lines);
    expect(await compared()).toMatchObject({ lines: 1 });
  });

  test("goes on when it is paused and resumed while all the questions there may be are out", async () => {
    const { comparison, compared } = ledger();
    const ids = Array.from({ length: 2 * LINES_PER_QUESTION }, (_, at) => `ITEM-${at}`);
    const lines = ids.map((id) => [id, line("9")] as const);
    comparison.compare(lines);
    comparison.pause();
    comparison.compare(lines);
    expect(await compared()).toMatchObject({ lines: ids.length, differing: ids.length });
  });
});
