import type {} from "@bincard/embedded-postgres/testing";
import { expect, inject, test } from "vitest";
import { Random } from "../src/random.ts";
import type { Trial } from "../src/trial.ts";

/** Fixed, so that a red run can be repeated; the soak takes others. */
const SEED = 20_261_122;

/** A trial in the size that `pnpm test` has time for. */
export function runs(trial: Trial): void {
  test(`${trial.name}: ${trial.promise}`, async () => {
    const { findings, figures } = await trial.run({
      random: new Random(SEED),
      size: 1,
      serverUrl: inject("databaseServerUrl"),
      programs: process.env["TRIALS_POSTGRES"],
    });
    expect(findings.slice(0, 10)).toEqual([]);
    for (const figure of Object.values(figures)) expect(figure).toBeGreaterThan(0);
  });
}
