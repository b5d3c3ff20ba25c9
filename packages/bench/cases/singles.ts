import type { Bench } from "../bench.ts";
import { pgbench } from "../contenders/pgbench.ts";
import type { Contender } from "../measure.ts";
import { type Case, workOf } from "./case.ts";

/** One-row inserts of the same row: by pgbench, or by a plain driver where there is none. */
async function oneRowInserts(bench: Bench): Promise<Contender> {
  const found = await pgbench(await bench.world(), 32);
  if (found !== undefined) return found;
  const connections = 32;
  return bench.inProcess("raw", workOf(1), { name: "one-row inserts, driver", connections });
}

export const singles: Case = {
  name: "singles",
  title: "Single sales, in process",
  about:
    "One sale of one piece a request, IN_STOCK to SOLD; 32 requests in flight, a thousand items. pgbench inserts the same row " +
    "with the same indexes from 32 connections.",
  unit: "changes",
  quick: true,
  async run(bench, note) {
    const contenders = [
      await oneRowInserts(bench),
      await bench.inProcess("bincard", workOf(1), { name: "Bincard, in process" }),
      await bench.inProcess("bincard", workOf(1, { merchants: 20 }), {
        name: "Bincard, in process",
        setting: "20 merchants",
      }),
      await bench.inProcess("naive", workOf(1), { name: "naive Drizzle, in process" }),
    ];
    if (contenders[0]?.cpu === undefined)
      note("pgbench is not installed here: a plain driver on 32 connections inserts the rows.");
    return bench.inTurns(contenders);
  },
};
