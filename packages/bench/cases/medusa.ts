import { startChild } from "../child.ts";
import { fetchMedusa, MEDUSA_VERSION } from "../contenders/medusa.ts";
import type { Contender } from "../measure.ts";
import type { MedusaSettings } from "../processes/medusa.ts";
import type { Writing } from "../processes/writer.ts";
import type { Driven } from "../sample.ts";
import { type Case, workOf } from "./case.ts";

export const medusa: Case = {
  name: "medusa",
  title: "@medusajs/inventory",
  about:
    `Version ${MEDUSA_VERSION} from npm, the module by itself on the same PostgreSQL: its own migrations, its default pool, ` +
    "`adjustInventory` with one adjustment or an array of a hundred. It keeps stock levels and no history of changes, so it " +
    "does less. Both in process, 32 requests in flight, a thousand items.",
  unit: "changes",
  quick: false,
  async run(bench) {
    const fetched = await fetchMedusa();
    bench.keep(fetched);
    const [{ merchants }, databaseUrl] = [
      await bench.world(),
      await bench.cluster.createDatabase("medusa"),
    ];
    const settings: MedusaSettings = { world: { databaseUrl, merchants }, folder: fetched.folder };
    const child = bench.keep(await startChild<Writing, Driven>("medusa", settings));
    const contenders: Contender[] = [];
    for (const size of [1, 100]) {
      const work = workOf(size);
      const setting = size === 1 ? "single sales" : `batches of ${size}`;
      const run = async (seconds: number) => child.ask({ work, seconds });
      contenders.push(
        await bench.inProcess("bincard", work, { name: "Bincard, in process", setting }),
        { name: "@medusajs/inventory", setting, run, pids: [child.pid] },
      );
    }
    return bench.inTurns(contenders, { warmUpSeconds: bench.options.seconds });
  },
};
