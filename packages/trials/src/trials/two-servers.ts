import { setTimeout as sleep } from "node:timers/promises";
import { makeToken } from "@bincard/core";
import { Cluster } from "../cluster.ts";
import { type Merchant, openMarket } from "../market.ts";
import type { Random } from "../random.ts";
import { RunRecord } from "../run-record.ts";
import { ServerProcess } from "../server-process.ts";
import { doorsOf } from "../stage.ts";
import { makeDatabase } from "../superuser.ts";
import { type Circumstances, occurred, type Report, type Trial } from "../trial.ts";
import { Workload } from "../workload.ts";

const CLIENTS_A_SERVER = 5;
/** Whoever waits longer than this for a batch, while its server runs and its database does, is starving. */
const STARVING_MS = 15_000;

/**
 * Two real servers write one merchant's few keys. One of them is stopped by SIGSTOP in the middle and woken
 * with everything it remembers out of date; then it is killed.
 */
export const twoServers: Trial = {
  name: "two servers",
  promise:
    "L1 L7: the fence under contention: exact counts, nobody starves, no stale cache is served",
  async run(circumstances) {
    const cluster = await Cluster.open({ programs: circumstances.programs });
    const servers: ServerProcess[] = [];
    try {
      const database = await makeDatabase(cluster.url);
      const settings = { databaseUrl: database.url, rootToken: makeToken() };
      for (let index = 0; index < 2; index++) servers.push(await ServerProcess.open(settings));
      return await run(servers, { ...circumstances, rootToken: settings.rootToken });
    } finally {
      for (const server of servers) {
        server.wake();
        await server.kill();
      }
      await cluster.remove();
    }
  },
};

async function run(
  servers: readonly ServerProcess[],
  { random, size, rootToken }: Circumstances & { rootToken: string },
): Promise<Report> {
  const [steady, troubled] = servers;
  if (steady === undefined || troubled === undefined) throw new Error("two servers are needed");
  const market = { url: steady.url, rootToken };
  const [merchant] = await openMarket(market, { merchants: 1, items: 2, locations: 2 });
  if (merchant === undefined) throw new Error("no merchant was made");
  const figures = { freezes: 0, kills: 0, batches: 0, changes: 0, reads: 0 };
  const findings: string[] = [];
  const records = [new RunRecord(), new RunRecord()] as const;
  for (let round = 0; round < 2 * size; round++) {
    const before = records.map(({ writes }) => writes.length);
    const ending = new AbortController();
    const work = [steady, troubled].flatMap((server, index) =>
      Array.from({ length: CLIENTS_A_SERVER }, async () =>
        till(
          { merchant, record: records[index] ?? records[0], server },
          random.fork(),
          ending.signal,
        ),
      ),
    );
    await sleep(random.between(200, 800));
    troubled.freeze();
    await sleep(random.between(300, 2_500));
    troubled.wake();
    figures.freezes++;
    await sleep(random.between(200, 800));
    if (random.chance(0.5)) {
      await troubled.kill();
      figures.kills++;
      await troubled.start();
    }
    ending.abort();
    await Promise.all(work);
    records.forEach(({ writes }, index) => {
      if (writes.length > (before[index] ?? 0)) return;
      findings.push(`STARVED: no batch of server ${index} went through in round ${round}`);
    });
  }
  // One merchant, one history: both servers' clients saw parts of it.
  const whole = new RunRecord();
  for (const record of records) {
    whole.writes.push(...record.writes);
    whole.reads.push(...record.reads);
    whole.faults.push(...record.faults);
  }
  if (records[0].slowestMs > STARVING_MS)
    findings.push(
      `STARVED: a batch at the steady server took ${Math.round(records[0].slowestMs)} ms`,
    );
  findings.push(...(await whole.judge({ url: steady.url, token: merchant.token })));
  figures.batches = whole.writes.length;
  figures.changes = records[0].changes + records[1].changes;
  figures.reads = whole.reads.length;
  return { figures: occurred(figures), findings };
}

async function till(
  { merchant, record, server }: { merchant: Merchant; record: RunRecord; server: ServerProcess },
  random: Random,
  until: AbortSignal,
): Promise<void> {
  const workload = new Workload(random.fork(), merchant, {
    batch: 4,
    counts: 0.2,
    transfers: 0.2,
    bad: 0.02,
  });
  const doors = doorsOf({ url: server.url, token: merchant.token });
  while (!until.aborted) {
    const batch = workload.batch();
    await record.send(batch, { doors, random });
    await record.look(batch, random.pick(doors));
  }
}
