import { setTimeout as sleep } from "node:timers/promises";
import { Cluster } from "../cluster.ts";
import type { Door } from "../door.ts";
import { type Merchant, openMarket } from "../market.ts";
import type { Random } from "../random.ts";
import { RunRecord } from "../run-record.ts";
import { canMakeDisks, smallCluster } from "../small-disk.ts";
import { doorsOf, openStage, type Stage } from "../stage.ts";
import { type Superuser, superuser } from "../superuser.ts";
import { type Circumstances, occurred, type Report, type Trial } from "../trial.ts";
import { Workload } from "../workload.ts";

/** While something is exhausted, a client asks this often and takes what it gets for an answer. */
const KNOCKS = 6;
const ONCE = { attempts: 1, pauseMs: 0 };

/**
 * What runs out or goes away, and comes back: Postgres itself, its connections, the locks that the whole pool
 * waits for, its disk; and the server's clock, which jumps. Meanwhile every answer is honest; afterwards
 * work goes on without a restart.
 */
export const exhaustion: Trial = {
  name: "exhaustion",
  promise:
    "L7: exhausted, the server says 503 and when to come again; nothing acknowledged is not stored",
  async run(circumstances) {
    const { programs, random } = circumstances;
    const cluster = await Cluster.open({ programs, settings: { max_connections: "40" } });
    const reports: Report[] = [];
    try {
      const over = { cluster, circumstances: { ...circumstances, serverUrl: cluster.url } };
      reports.push(await scene("Postgres gone and back", goneAndBack, over, random.fork()));
      reports.push(await scene("connections used up", connectionsUsedUp, over, random.fork()));
      reports.push(await scene("pool waiting", poolWaiting, over, random.fork()));
      reports.push(await clockJumps(over.circumstances, random.fork()));
    } finally {
      await cluster.remove();
    }
    if (canMakeDisks()) reports.push(await onSmallDisk(circumstances));
    return {
      figures: occurred(
        Object.fromEntries(reports.flatMap(({ figures }) => Object.entries(figures))),
      ),
      findings: reports.flatMap(({ findings }) => findings),
    };
  },
};

interface Over {
  readonly cluster: Cluster;
  readonly circumstances: Circumstances;
}

interface Scene {
  readonly cluster: Cluster;
  readonly stage: Stage;
  readonly merchants: readonly Merchant[];
  /** Sends one batch of a merchant's, once; true when it was acknowledged. */
  knock(merchant: Merchant): Promise<boolean>;
}

/** Work before, while and after; then everything is judged. `act` says what is wrong. */
async function scene(
  name: string,
  act: (scene: Scene) => Promise<string[]>,
  { cluster, circumstances }: Over,
  random: Random,
): Promise<Report> {
  const { serverUrl } = circumstances;
  const stage = await openStage({ serverUrl });
  try {
    const merchants = await openMarket(stage, { merchants: 8, items: 2, locations: 2 });
    const tills = new Map(
      merchants.map((merchant) => [merchant, openTill(stage.url, merchant, random.fork())]),
    );
    const knock = async (merchant: Merchant) => (await tills.get(merchant)?.knock()) ?? false;
    for (const merchant of merchants) await knock(merchant);
    const findings = await act({ cluster, stage, merchants, knock });
    for (const merchant of merchants)
      if (!(await recovers(() => knock(merchant))))
        findings.push("STUCK: work did not go on afterwards");
    for (const { judge } of tills.values()) findings.push(...(await judge(stage.url)));
    const unanswered = [...tills.values()].reduce((sum, { record }) => sum + record.unanswered, 0);
    return {
      figures: { [`${name}: 503s`]: unanswered },
      findings: findings.map((finding) => `${name}: ${finding}`),
    };
  } finally {
    await stage.close();
  }
}

function openTill(url: string, merchant: Merchant, random: Random) {
  const record = new RunRecord();
  const workload = new Workload(random.fork(), merchant);
  const doors: Door[] = doorsOf({ url, token: merchant.token, attemptMs: 90_000 });
  return {
    record,
    async knock() {
      const batch = workload.batch();
      const outcome = await record.send(batch, { doors, random, patience: ONCE });
      await record.look(batch, random.pick(doors));
      return outcome.kind !== "unknown";
    },
    judge: (at: string) => record.judge({ url: at, token: merchant.token }),
  };
}

/** Within a minute. */
async function recovers(works: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (await works()) return true;
    await sleep(200);
  }
  return false;
}

async function goneAndBack({ cluster, merchants, knock }: Scene): Promise<string[]> {
  const findings: string[] = [];
  for (const end of ["stop", "kill"] as const) {
    await cluster[end]();
    for (let times = 0; times < KNOCKS; times++)
      for (const merchant of merchants.slice(0, 2))
        if (await knock(merchant)) findings.push("LIE: acknowledged without a database");
    await cluster.start();
  }
  return findings;
}

/** Other programs hold every connection there is; ours are cut, and cannot be had again. */
async function connectionsUsedUp({ cluster, merchants, knock }: Scene): Promise<string[]> {
  const hogs: Superuser[] = [];
  try {
    const first = superuser(cluster.url, { sessions: 1 });
    hogs.push(first);
    await first.sql`select 1`;
    for (;;) {
      const hog = superuser(cluster.url, { sessions: 1 });
      hogs.push(hog);
      const isIn = await hog.sql`select 1`.then(
        () => true,
        () => false,
      );
      if (isIn) continue;
      const cut = await first.sql`
        select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'bincard'`;
      if (cut.length === 0) break;
    }
    for (const merchant of merchants.slice(0, KNOCKS)) await knock(merchant);
    return [];
  } finally {
    await Promise.all(hogs.map(({ close }) => close()));
  }
}

/** Somebody holds the rows of more merchants than the pool has connections. */
async function poolWaiting({ stage, merchants, knock }: Scene): Promise<string[]> {
  const holder = superuser(stage.databaseUrl, { sessions: 1 });
  const findings: string[] = [];
  try {
    await holder.sql.begin(async (sql) => {
      await sql`select id from bincard.merchants for update`;
      const waiting = merchants.flatMap((merchant) => [knock(merchant), knock(merchant)]);
      await sleep(2_500);
      const held = await Promise.race([Promise.any(waiting), sleep(0, undefined)]);
      if (held === true) findings.push("LIE: acknowledged while the merchant's row was held");
      void Promise.allSettled(waiting);
    });
    return findings;
  } finally {
    await holder.close();
  }
}

/** The server's clock goes where it likes; what the database says of receipts stays in order. */
async function clockJumps(circumstances: Circumstances, random: Random): Promise<Report> {
  let ahead = 0;
  const { serverUrl } = circumstances;
  const stage = await openStage({ serverUrl, clock: () => Date.now() * 1_000 + ahead });
  try {
    const [merchant] = await openMarket(stage, { merchants: 1, items: 2, locations: 2 });
    if (merchant === undefined) throw new Error("no merchant was made");
    const till = openTill(stage.url, merchant, random);
    const hour = 3_600_000_000;
    let jumps = 0;
    for (const to of [48, -48, 0, 24 * 365, -24 * 365, 0.01, 0]) {
      ahead = to * hour;
      jumps++;
      for (let times = 0; times < 4; times++) await till.knock();
    }
    return { figures: { "clock jumps": jumps }, findings: await till.judge(stage.url) };
  } finally {
    await stage.close();
  }
}

async function onSmallDisk(circumstances: Circumstances): Promise<Report> {
  const cluster = await smallCluster(circumstances.programs);
  try {
    const over = { cluster, circumstances: { ...circumstances, serverUrl: cluster.url } };
    return await scene("disk full", diskFull, over, circumstances.random.fork());
  } finally {
    await cluster.remove();
  }
}

/** A table of ballast takes what is left; later somebody makes room. */
async function diskFull({ stage, merchants, knock }: Scene): Promise<string[]> {
  const { sql, close } = superuser(stage.databaseUrl, { sessions: 1 });
  try {
    await sql`create unlogged table ballast (bytes text)`;
    await sql`alter table ballast alter column bytes set storage plain`;
    for (const piece of [2_000, 100])
      for (let isFull = false; !isFull;)
        isFull = await sql`
          insert into ballast select repeat('x', 7000) from generate_series(1, ${piece}::int)`.then(
          () => false,
          () => true,
        );
    let refused = 0;
    for (let times = 0; times < 400 && refused < KNOCKS; times++)
      for (const merchant of merchants) if (!(await knock(merchant))) refused++;
    return refused === 0 ? ["the disk did not run full"] : [];
  } finally {
    await recovers(async () =>
      sql`drop table if exists ballast`.then(
        () => true,
        () => false,
      ),
    );
    await close();
  }
}
