import { setTimeout as sleep } from "node:timers/promises";
import type { Door, DoorOptions } from "../door.ts";
import { FaultProxy, type FaultProxyOptions } from "../fault-proxy.ts";
import { openMarket } from "../market.ts";
import type { Random } from "../random.ts";
import { RunRecord } from "../run-record.ts";
import { doorsOf, openStage } from "../stage.ts";
import type { Circumstances, Report, Trial } from "../trial.ts";
import { Workload } from "../workload.ts";

const CLIENTS = 8;
/** Shorter than an operator would choose, so that a run meets many silences. */
const ATTEMPT_MS = 2_500;

const CHANCES: FaultProxyOptions["chances"] = {
  delay: 0.2,
  "cut upwards": 0.15,
  "cut downwards": 0.15,
  "answer dropped": 0.15,
  "half open": 0.1,
};

/**
 * A rough network between the clients and the server, and another between the server and Postgres: delays,
 * cuts in the middle of a message, answers lost after the commit, silence, requests that arrive twice.
 */
export const network: Trial = {
  name: "network",
  promise:
    "L6 L7: with the client library's repetitions every effect happens once, whatever the network does",
  async run(circumstances) {
    const { random, serverUrl } = circumstances;
    const database = new URL(serverUrl);
    const toPostgres = await FaultProxy.open({
      host: database.hostname,
      port: Number(database.port || "5432"),
      random: random.fork(),
      chances: CHANCES,
      afterBytes: { least: 500, most: 60_000 },
    });
    const via = (url: string) => {
      const through = new URL(url);
      through.hostname = "127.0.0.1";
      through.port = String(toPostgres.port);
      return through.href;
    };
    const stage = await openStage({ serverUrl, via });
    const toServer = await FaultProxy.open({
      port: Number(new URL(stage.url).port),
      random: random.fork(),
      chances: CHANCES,
      afterBytes: { least: 1, most: 4_000 },
    });
    try {
      return await run({ stage, toServer, toPostgres }, circumstances);
    } finally {
      await toServer.close();
      toPostgres.rough(false);
      await stage.close();
      await toPostgres.close();
    }
  },
};

interface Scene {
  readonly stage: { readonly url: string; readonly rootToken: string };
  readonly toServer: FaultProxy;
  readonly toPostgres: FaultProxy;
}

async function run(scene: Scene, { random, size }: Circumstances): Promise<Report> {
  const { stage, toServer, toPostgres } = scene;
  const merchants = await openMarket(stage, { merchants: 2, items: 3, locations: 2 });
  const url = `http://127.0.0.1:${toServer.port}`;
  const twice = duplicating(random.fork());
  const records = merchants.map(() => new RunRecord());
  const phases = [[toServer], [toPostgres], [toServer, toPostgres]] as const;
  for (const phase of phases) {
    for (const proxy of phase) proxy.rough(true);
    // Connections live long once they are well: cut them now and then, so that new ones take their chance.
    const stirring = new AbortController();
    const stir = stirUp(phase, random.fork(), stirring.signal);
    await Promise.all(
      merchants.flatMap(({ token, ...merchant }, index) =>
        Array.from({ length: CLIENTS / 2 }, async () => {
          const own = random.fork();
          const options = { url, token, attemptMs: ATTEMPT_MS, attempts: 8, fetch: twice.fetch };
          const workload = new Workload(own.fork(), merchant);
          for (let round = 0; round < 5 * size; round++) {
            const batch = workload.batch();
            const record = records[index] ?? new RunRecord();
            await record.send(batch, { doors: roughDoors(options), random: own, hasTwin: true });
          }
        }),
      ),
    );
    stirring.abort();
    await stir;
    for (const proxy of phase) proxy.rough(false);
  }
  const judged = await Promise.all(
    merchants.map(
      async ({ token }, index) => records[index]?.judge({ url: stage.url, token }) ?? [],
    ),
  );
  const mishaps = [...Object.entries(toServer.met), ...Object.entries(toPostgres.met)]
    .filter(([mishap]) => mishap !== "fair")
    .reduce((sum, [, times]) => sum + times, 0);
  return {
    figures: {
      mishaps,
      "requests sent twice": twice.count(),
      batches: records.reduce((sum, { writes }) => sum + writes.length, 0),
      changes: records.reduce((sum, { changes }) => sum + changes, 0),
    },
    findings: judged.flat(),
  };
}

/** The library repeats by itself behind tRPC; at the Square door the till does. */
const roughDoors = (options: DoorOptions): Door[] => doorsOf(options);

async function stirUp(proxies: readonly FaultProxy[], random: Random, until: AbortSignal) {
  while (!until.aborted) {
    await sleep(random.between(300, 900));
    random.pick(proxies).cutAll();
  }
}

/** A `fetch` that now and then sends a request twice at once, as a careless proxy does. */
function duplicating(random: Random): { fetch: typeof fetch; count: () => number } {
  let count = 0;
  return {
    count: () => count,
    async fetch(input, init) {
      if (!random.chance(0.15)) return fetch(input, init);
      count++;
      const [one, other] = [fetch(input, init), fetch(input, init)];
      const [kept, dropped] = random.chance(0.5) ? [one, other] : [other, one];
      dropped
        .then(
          (answer) => answer.body?.cancel(),
          () => undefined,
        )
        .catch(() => undefined);
      return kept;
    },
  };
}
