import type { Bench } from "../bench.ts";
import type { Contender } from "../measure.ts";
import { median } from "../statistics.ts";
import type { Work } from "../work.ts";
import { type Case, workOf } from "./case.ts";

const CONNECTIONS = [2, 4, 8];

/** The raw insert at the number of connections that suits this machine best, found by trying. */
export async function rawInsert(
  bench: Bench,
  work: Work,
  note: (text: string) => void,
): Promise<Contender> {
  const tried = await Promise.all(
    CONNECTIONS.map(async (connections) => {
      const setting = `${connections} connections`;
      const name = "raw insert";
      return bench.inProcess("raw", work, { name, setting, connections });
    }),
  );
  const rows = await bench.inTurns(tried, {
    rounds: 2,
    seconds: Math.min(1, bench.options.seconds),
  });
  const rates = rows.map(({ samples }) =>
    median(samples.map(({ changes, seconds }) => changes / seconds)),
  );
  const best = rates.indexOf(Math.max(...rates));
  const chosen = tried[best];
  if (chosen === undefined) throw new Error("no number of connections was tried");
  const figures = CONNECTIONS.map((count, index) => `${count}: ${Math.round(rates[index] ?? 0)}/s`);
  note(`Raw inserts of ${work.size} by connections: ${figures.join(", ")}; the best is used.`);
  return chosen;
}

export const batches: Case = {
  name: "batches",
  title: "Batches of 100, in process",
  about:
    "32 requests in flight, one merchant, a thousand items. The raw insert puts the same rows under the same indexes, " +
    "one statement a batch, and keeps no ledger; the naive version is one UPDATE and one INSERT a change in a transaction.",
  unit: "changes",
  quick: true,
  async run(bench, note) {
    const work = workOf(100);
    return bench.inTurns([
      await rawInsert(bench, work, note),
      await bench.inProcess("bincard", work, { name: "Bincard, in process" }),
      await bench.inProcess("naive", work, { name: "naive Drizzle, in process" }),
    ]);
  },
};

export const thousands: Case = {
  name: "thousands",
  title: "Batches of 1,000",
  about: "The largest batch there is; 32 requests in flight, one merchant, a thousand items.",
  unit: "changes",
  quick: false,
  async run(bench, note) {
    const work = workOf(1_000);
    return bench.inTurns([
      await rawInsert(bench, work, note),
      await bench.inProcess("bincard", work, { name: "Bincard, in process" }),
      await bench.overHttp("bincard", work, { name: "Bincard, tRPC", door: "trpc" }),
    ]);
  },
};
