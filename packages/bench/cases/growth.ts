import { historyOf, historiesOf, inWords } from "../data/histories.ts";
import type { Contender } from "../measure.ts";
import type { World } from "../work.ts";
import { type Case, workOf } from "./case.ts";

const LARGEST = 20_000_000;

export const growth: Case = {
  name: "growth",
  title: "Writing while history grows",
  about:
    "In process, 32 requests in flight, one merchant, a thousand items; the database holds so many changes of that merchant " +
    "before. `--growth` goes to twenty million.",
  unit: "changes",
  quick: false,
  async run(bench) {
    const places: (readonly [string, World])[] = [["no history", await bench.world()]];
    for (const history of await historiesOf(bench))
      places.push([inWords(history.changes), history]);
    if (bench.options.growth) places.push([inWords(LARGEST), await historyOf(bench, LARGEST)]);
    const contenders: Contender[] = [];
    for (const size of [1, 100])
      for (const [label, world] of places) {
        const setting = `${size === 1 ? "single sales" : `batches of ${size}`}, ${label}`;
        const name = "Bincard, in process";
        contenders.push(await bench.inProcess("bincard", workOf(size), { name, setting, world }));
      }
    return bench.inTurns(contenders);
  },
};
