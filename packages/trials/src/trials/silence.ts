import { FaultProxy } from "../fault-proxy.ts";
import { type Merchant, openMarket } from "../market.ts";
import { RunRecord } from "../run-record.ts";
import { doorsOf, openStage, serve, type Stage } from "../stage.ts";
import type { Report, Trial } from "../trial.ts";
import { Workload } from "../workload.ts";

/** However the server finds out, its merchants must not wait longer than this. */
const LONGEST_MS = 90_000;

/**
 * The connections to Postgres go dumb and nobody says so, as when a firewall forgets them; new ones would be
 * well. The server must give up on the old ones by itself.
 */
export const silence: Trial = {
  name: "silence",
  promise:
    "L6 L7: connections to Postgres that went dumb are given up, and work goes on without a restart",
  async run({ random, serverUrl, size }): Promise<Report> {
    const { hostname, port } = new URL(serverUrl);
    const proxy = await FaultProxy.open({
      host: hostname,
      port: Number(port || "5432"),
      random: random.fork(),
      chances: {},
      afterBytes: { least: 1, most: 1 },
    });
    const via = (url: string) => url.replace(`${hostname}:${port}`, `127.0.0.1:${proxy.port}`);
    const stage = await openStage({ serverUrl, via });
    try {
      const merchants = await openMarket(stage, { merchants: 3, items: 2, locations: 2 });
      const records = merchants.map(() => new RunRecord());
      for (let round = 0; round < size; round++) {
        await Promise.all(
          merchants.map(async (merchant, index) => {
            const own = random.fork();
            const workload = new Workload(own.fork(), merchant);
            const doors = doorsOf({ url: stage.url, token: merchant.token, attemptMs: LONGEST_MS });
            const record = records[index] ?? new RunRecord();
            for (let batch = 0; batch < 6; batch++) {
              if (batch === 2 && index === 0) proxy.silence();
              await record.send(workload.batch(), { doors, random: own });
              // A read is given a minute before it is given up: more than a short run has time for.
              if (size > 1) await record.look(workload.batch(), own.pick(doors));
            }
          }),
        );
      }
      return { figures: { silences: size }, findings: await judge(stage, merchants, records) };
    } finally {
      proxy.cutAll();
      await stage.close();
      await proxy.close();
    }
  },
};

/** Through connections of their own: the trial's may still be dumb. */
async function judge(
  { databaseUrl }: Stage,
  merchants: readonly Merchant[],
  records: readonly RunRecord[],
): Promise<string[]> {
  const served = await serve(databaseUrl);
  const findings: string[] = [];
  try {
    for (const [index, { token }] of merchants.entries()) {
      const record = records[index] ?? new RunRecord();
      findings.push(...(await record.judge({ url: served.urls[0] ?? "", token })));
      if (record.slowestMs > LONGEST_MS)
        findings.push(`STUCK: a batch took ${Math.round(record.slowestMs / 1_000)} s`);
    }
    return findings;
  } finally {
    await served.close();
  }
}
