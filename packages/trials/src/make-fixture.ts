import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Cluster } from "./cluster.ts";
import { type Fixture, readTables } from "./fixture.ts";
import { openMarket } from "./market.ts";
import { readMigrations } from "./migrations.ts";
import { Random } from "./random.ts";
import { RunRecord } from "./run-record.ts";
import { doorsOf, openStage } from "./stage.ts";
import { superuser } from "./superuser.ts";
import { clientOf, readCounts, readLog } from "./trpc-door.ts";
import { Workload } from "./workload.ts";

/** Writes down what this version stores, for later ones to be upgraded from: run it at each release. */
const MERCHANTS = 2;
const BATCHES = 12;

async function make(): Promise<void> {
  const newest = (await readMigrations()).at(-1);
  if (newest === undefined) throw new Error("there are no migrations");
  const cluster = await Cluster.open();
  try {
    const stage = await openStage({ serverUrl: cluster.url });
    const size = { merchants: MERCHANTS, items: 3, locations: 2 };
    const merchants: Fixture["merchants"][number][] = [];
    const random = new Random(newest.when);
    for (const merchant of await openMarket(stage, size)) {
      const { token } = merchant;
      const [record, client] = [new RunRecord(), clientOf({ url: stage.url, token })];
      const workload = new Workload(random.fork(), merchant);
      const doors = doorsOf({ url: stage.url, token });
      for (let batch = 0; batch < BATCHES; batch++)
        await record.send(workload.batch(), { doors, random });
      merchants.push({ token, log: await readLog(client), counts: await readCounts(client) });
    }
    const watcher = superuser(stage.databaseUrl);
    const tables = await readTables(watcher);
    await watcher.close();
    await stage.close();
    const fixture: Fixture = { tag: newest.tag, tables, merchants };
    const file = fileURLToPath(new URL(`../fixtures/${newest.tag}.json`, import.meta.url));
    await writeFile(file, `${JSON.stringify(fixture, null, 1)}\n`);
    console.log(file);
  } finally {
    await cluster.remove();
  }
}

await make();
