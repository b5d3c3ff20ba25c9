import { setTimeout as sleep } from "node:timers/promises";
import { makeToken } from "@bincard/core";
import { Cluster } from "../cluster.ts";
import { type Merchant, openMarket } from "../market.ts";
import type { Random } from "../random.ts";
import { RunRecord } from "../run-record.ts";
import { ServerProcess } from "../server-process.ts";
import { doorsOf } from "../stage.ts";
import { backends, makeDatabase, superuser } from "../superuser.ts";
import { type Circumstances, occurred, type Report, type Trial } from "../trial.ts";
import { Workload } from "../workload.ts";

const SERVERS = 2;
const CLIENTS_A_MERCHANT = 4;

/** What dies, and how often it does in comparison. */
const VICTIMS = [
  "server",
  "server",
  "backend",
  "backend",
  "postmaster",
  "server and postmaster",
  "every server",
] as const;
type Victim = (typeof VICTIMS)[number];

/**
 * Real server processes over a real cluster, and kill -9 in the middle of batches: a server, a backend, the
 * postmaster, several at once. Every client repeats its batch until it is answered; a few give up, and nobody
 * knows of theirs. In the end the ledger is compared with what was acknowledged.
 */
export const kills: Trial = {
  name: "kills",
  promise:
    "L7: what was acknowledged survives kill -9, once; what was not is there once or not at all",
  async run(circumstances) {
    const cluster = await Cluster.open({ programs: circumstances.programs });
    const servers: ServerProcess[] = [];
    try {
      const database = await makeDatabase(cluster.url);
      const settings = { databaseUrl: database.url, rootToken: makeToken() };
      for (let index = 0; index < SERVERS; index++)
        servers.push(await ServerProcess.open(settings));
      return await run({ cluster, servers, ...settings }, circumstances);
    } finally {
      for (const server of servers) await server.kill();
      await cluster.remove();
    }
  },
};

interface Scene {
  readonly cluster: Cluster;
  readonly servers: readonly ServerProcess[];
  readonly rootToken: string;
}

async function run(scene: Scene, { random, size }: Circumstances): Promise<Report> {
  const { servers, rootToken } = scene;
  const url = servers[0]?.url ?? "";
  const merchants = await openMarket({ url, rootToken }, { merchants: 2, items: 3, locations: 2 });
  const records = merchants.map(() => new RunRecord());
  const ending = new AbortController();
  const work = merchants.flatMap((merchant, index) =>
    Array.from({ length: CLIENTS_A_MERCHANT }, async () =>
      till(
        { merchant, record: records[index] ?? new RunRecord(), servers },
        {
          random: random.fork(),
          until: ending.signal,
        },
      ),
    ),
  );
  const killed = await killing(scene, { random: random.fork(), kills: 6 * size });
  ending.abort();
  await Promise.all(work);
  const deaths = servers.flatMap((server) => server.deaths);
  for (const server of servers) if (!server.isReady) await server.start();
  const findings = await Promise.all(
    merchants.map(async ({ token }, index) => records[index]?.judge({ url, token }) ?? []),
  );
  const all = records.flatMap(({ writes }) => writes);
  const unknown = all.filter(({ outcome }) => outcome.kind === "unknown").length;
  return {
    figures: {
      kills: Object.values(killed).reduce((sum, each) => sum + each, 0),
      ...occurred(
        Object.fromEntries(Object.entries(killed).map(([who, dead]) => [`kills: ${who}`, dead])),
      ),
      batches: all.length,
      changes: records.reduce((sum, { changes }) => sum + changes, 0),
      "attempts without an answer": records.reduce((sum, { unanswered }) => sum + unanswered, 0),
      ...occurred({ "batches nobody knows of": unknown }),
    },
    findings: [
      ...deaths.map((said) => `DIED: a server ended by itself: ${said}`),
      ...findings.flat(),
    ],
  };
}

interface Till {
  readonly merchant: Merchant;
  readonly record: RunRecord;
  readonly servers: readonly ServerProcess[];
}

async function till(
  { merchant, record, servers }: Till,
  { random, until }: { random: Random; until: AbortSignal },
): Promise<void> {
  const workload = new Workload(random.fork(), merchant);
  const { token } = merchant;
  const doors = servers.flatMap(({ url }) => doorsOf({ url, token, attemptMs: 15_000 }));
  while (!until.aborted) {
    const batch = workload.batch();
    // One in twenty gives up after the first attempt: was it applied? Once, or not at all.
    const patience = random.chance(0.05) ? { attempts: 1, pauseMs: 0 } : undefined;
    await record.send(batch, { doors, random, ...(patience === undefined ? {} : { patience }) });
    if (random.chance(0.2)) await record.look(batch, random.pick(doors));
  }
}

async function killing(
  scene: Scene,
  { random, kills: wanted }: { random: Random; kills: number },
): Promise<Record<Victim, number>> {
  const killed = Object.fromEntries(VICTIMS.map((victim) => [victim, 0])) as Record<Victim, number>;
  // Each kind in turn, in an order of chance: a short run meets all of them as well.
  const order: Victim[] = [];
  for (let done = 0; done < wanted;) {
    if (order.length === 0)
      order.push(...random.shuffled([...new Set(VICTIMS)]), ...random.shuffled(VICTIMS));
    const victim = order.shift() ?? "server";
    await sleep(random.between(50, 700));
    const dead = await kill(victim, scene, random);
    killed[victim] += dead;
    done += dead;
  }
  return killed;
}

/** Answers how many processes died. Everything runs again afterwards. */
async function kill(victim: Victim, { cluster, servers }: Scene, random: Random): Promise<number> {
  const server = random.pick(servers);
  switch (victim) {
    case "server":
      await server.kill();
      await server.start();
      return 1;
    case "every server":
      await Promise.all(servers.map((each) => each.kill()));
      await Promise.all(servers.map((each) => each.start()));
      return servers.length;
    case "backend":
      return killBackend(cluster, random);
    case "postmaster":
      await cluster.kill();
      await sleep(random.between(0, 300));
      await cluster.start();
      return 1;
    case "server and postmaster":
      await Promise.all([server.kill(), cluster.kill()]);
      await cluster.start();
      await server.start();
      return 2;
  }
}

/** One that is in the middle of a statement, if it can be met within a second. Postgres restarts all others. */
async function killBackend(cluster: Cluster, random: Random): Promise<number> {
  const watcher = superuser(cluster.url);
  try {
    for (let look = 0; look < 200; look++) {
      const [pid] = random.shuffled(await backends(watcher));
      if (pid === undefined) {
        await sleep(5);
        continue;
      }
      process.kill(pid, "SIGKILL");
      return 1;
    }
    return 0;
  } catch {
    // The crash of another backend ended ours, too: next time.
    return 0;
  } finally {
    await watcher.close();
  }
}
