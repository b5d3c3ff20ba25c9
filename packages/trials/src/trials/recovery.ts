import { setTimeout as sleep } from "node:timers/promises";
import {
  archiveAll,
  archivingCluster,
  type Backup,
  recoverTo,
  removeBackup,
  takeBase,
  type Target,
} from "../base-backup.ts";
import { checkHistory } from "../check-history.ts";
import type { Cluster } from "../cluster.ts";
import type { LoggedChange, Write } from "../history.ts";
import { type Merchant, openMarket } from "../market.ts";
import type { Random } from "../random.ts";
import { RunRecord } from "../run-record.ts";
import { doorsOf, openStage, serve, type Stage } from "../stage.ts";
import { superuser } from "../superuser.ts";
import type { Circumstances, Report, Trial } from "../trial.ts";
import { clientOf, readCounts, readLog } from "../trpc-door.ts";
import { Workload } from "../workload.ts";

const CLIENTS_A_MERCHANT = 3;

/**
 * A base backup taken while clients write, the archived log, and recovery to points in between: positions of
 * the log noted right after an acknowledgement, and transactions. It is the nearest thing to losing power
 * at every moment.
 */
export const recovery: Trial = {
  name: "recovery",
  promise:
    "L7 L8: recovered to any point, everything acknowledged before it is there, and nothing is half there",
  async run(circumstances) {
    const { cluster, archive } = await archivingCluster(circumstances.programs);
    let base: string | undefined;
    try {
      const stage = await openStage({ serverUrl: cluster.url });
      const merchants = await openMarket(stage, { merchants: 2, items: 3, locations: 2 });
      const scene: Scene = {
        cluster,
        stage,
        merchants,
        records: merchants.map(() => new RunRecord()),
      };
      const marks: Mark[] = [];
      base = await work(scene, circumstances, marks);
      const logs = await Promise.all(
        merchants.map(({ token }) => readLog(clientOf({ url: stage.url, token }))),
      );
      await archiveAll(cluster);
      return await recoverAll({ ...scene, logs, backup: { base, archive } }, circumstances, marks);
    } finally {
      await cluster.remove();
      await removeBackup({ base: base ?? `${archive}/none/cluster`, archive });
    }
  },
};

interface Scene {
  readonly cluster: Cluster;
  readonly stage: Stage;
  readonly merchants: readonly Merchant[];
  readonly records: readonly RunRecord[];
}

/** A point to recover to, and what was acknowledged when it was noted. */
interface Mark {
  readonly target: Target;
  /** By merchant, how many of its writes had been answered. */
  readonly answered: readonly number[];
}

/** Clients write throughout; the base is taken in the middle, and every so often a point is noted. */
async function work(scene: Scene, { random, size }: Circumstances, marks: Mark[]): Promise<string> {
  const { cluster, merchants, records, stage } = scene;
  const ending = new AbortController();
  const tills = merchants.flatMap(({ token, ...merchant }, index) =>
    Array.from({ length: CLIENTS_A_MERCHANT }, async () => {
      const own = random.fork();
      const workload = new Workload(own.fork(), merchant);
      const doors = doorsOf({ url: stage.url, token });
      while (!ending.signal.aborted)
        await records[index]?.send(workload.batch(), { doors, random: own });
    }),
  );
  const watcher = superuser(cluster.url);
  try {
    await sleep(300);
    const base = await takeBase(cluster);
    const own = random.fork();
    for (let noted = 0; noted < 12 * size; noted++) {
      await sleep(own.between(10, 150));
      marks.push(await note(scene, own, watcher.sql));
    }
    return base;
  } finally {
    ending.abort();
    await Promise.all(tills);
    await watcher.close();
  }
}

async function note(
  { records }: Scene,
  random: Random,
  sql: ReturnType<typeof superuser>["sql"],
): Promise<Mark> {
  // Noted first: what is answered later may lie behind the target.
  const answered = records.map(({ writes }) => writes.length);
  if (random.chance(0.5)) {
    const [row] = await sql<{ lsn: string }[]>`select pg_current_wal_lsn()::text as lsn`;
    return { target: { name: "recovery_target_lsn", value: row?.lsn ?? "" }, answered };
  }
  // A transaction that commits after all of these: this session's own.
  const [row] = await sql<{ xid: string }[]>`select pg_current_xact_id()::text as xid`;
  return { target: { name: "recovery_target_xid", value: row?.xid ?? "" }, answered };
}

interface Recovering extends Scene {
  readonly logs: readonly (readonly LoggedChange[])[];
  readonly backup: Backup;
}

async function recoverAll(
  scene: Recovering,
  { random, size, programs }: Circumstances,
  marks: readonly Mark[],
): Promise<Report> {
  const { cluster, stage, merchants, records, backup } = scene;
  const findings: string[] = [];
  for (const [index, { token }] of merchants.entries())
    findings.push(...((await records[index]?.judge({ url: stage.url, token })) ?? []));
  const databaseUrl = new URL(stage.databaseUrl);
  await stage.close();
  const points = random.shuffled(marks).slice(0, 3 * size);
  let recovered = 0;
  for (const mark of points) {
    const { password } = cluster;
    const again = await recoverTo(backup, mark.target, { password, programs });
    try {
      databaseUrl.port = String(again.port);
      const found = await judge(databaseUrl.href, scene, mark);
      findings.push(...found.map((each) => `${mark.target.name} ${mark.target.value}: ${each}`));
      recovered += 1;
    } finally {
      await again.remove();
    }
  }
  return {
    figures: {
      recoveries: recovered,
      batches: records.reduce((sum, { writes }) => sum + writes.length, 0),
      changes: records.reduce((sum, { changes }) => sum + changes, 0),
    },
    findings,
  };
}

/** What was answered when the point was noted must be there; of the rest nobody knows. */
async function judge(databaseUrl: string, scene: Recovering, mark: Mark): Promise<string[]> {
  const { merchants, records, logs } = scene;
  const served = await serve(databaseUrl);
  const url = served.urls[0] ?? "";
  const findings: string[] = [];
  try {
    for (const [index, merchant] of merchants.entries()) {
      const client = clientOf({ url, token: merchant.token });
      const log = await readLog(client);
      const whole = logs[index] ?? [];
      if (JSON.stringify(log) !== JSON.stringify(whole.slice(0, log.length)))
        findings.push(`PREFIX: the recovered log is no beginning of the whole one`);
      const writes = (records[index]?.writes ?? []).map((write, at): Write =>
        at < (mark.answered[index] ?? 0) || write.outcome.kind === "refused"
          ? write
          : { ...write, outcome: { kind: "unknown" } },
      );
      const counts = await readCounts(client);
      findings.push(...checkHistory({ writes, reads: [], log, counts }));
      const { findings: drift } = await client.ledger.verify({});
      findings.push(...drift.map((each) => `DRIFT: ${JSON.stringify(each)}`));
      findings.push(...(await goesOn(url, merchant)));
    }
  } finally {
    await served.close();
  }
  return findings;
}

/** The recovered ledger takes new work. */
async function goesOn(url: string, { token }: Merchant): Promise<string[]> {
  const client = clientOf({ url, token });
  const { counts } = await client.changes.create({
    changes: [
      {
        type: "PHYSICAL_COUNT",
        catalogObjectId: "ITEM-0-V",
        locationId: "PLACE-0",
        state: "IN_STOCK",
        quantity: "4711",
        occurredAt: new Date().toISOString(),
      },
    ],
  });
  return counts[0]?.quantity === "4711" ? [] : ["STUCK: the recovered ledger took no new count"];
}
