import { setTimeout as sleep } from "node:timers/promises";
import type { Door } from "../door.ts";
import type { Batch, SentChange } from "../history.ts";
import { type Merchant, openMarket } from "../market.ts";
import type { Random } from "../random.ts";
import { RunRecord } from "../run-record.ts";
import { doorsOf, openStage, type Stage } from "../stage.ts";
import type { Circumstances, Report, Trial } from "../trial.ts";
import { Workload } from "../workload.ts";

const CLIENTS = 24;

/**
 * Many clients of one merchant at two servers and every door at once: one hot key, batches that take the
 * same keys in opposite orders, concurrent duplicates of one key, mixed work.
 */
export const contention: Trial = {
  name: "contention",
  promise:
    "L1 L5 L6 L9: no lost update, no deadlock that surfaces, no 5xx, whatever meets on one key",
  async run(circumstances) {
    const stage = await openStage({ serverUrl: circumstances.serverUrl, servers: 2 });
    try {
      return await run(stage, circumstances);
    } finally {
      await stage.close();
    }
  },
};

async function run(stage: Stage, { random, size }: Circumstances): Promise<Report> {
  const merchants = await openMarket(stage, { merchants: 2, items: 4, locations: 2 });
  const findings: string[] = [];
  const figures = { batches: 0, changes: 0, duplicates: 0, reads: 0 };
  for (const merchant of merchants) {
    const doors = stage.urls.flatMap((url) => doorsOf({ url, token: merchant.token }));
    const record = new RunRecord();
    const scene = { merchant, doors, record, size };
    await hotKey(scene, random.fork());
    await oppositeOrders(scene, random.fork());
    figures.duplicates += await duplicates(scene, random.fork());
    await mixed(scene, random.fork());
    findings.push(...(await record.judge({ url: stage.url, token: merchant.token })));
    figures.batches += record.writes.length;
    figures.changes += record.changes;
    figures.reads += record.reads.length;
  }
  return { figures, findings };
}

interface Scene {
  readonly merchant: Merchant;
  readonly doors: readonly Door[];
  readonly record: RunRecord;
  readonly size: number;
}

async function crowd(random: Random, client: (random: Random, index: number) => Promise<void>) {
  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(random.fork(), index)));
}

let tags = 0;
function sale(merchant: Merchant, said: Partial<SentChange> = {}): SentChange {
  const [item = "", location = ""] = [merchant.items[0], merchant.locations[0]];
  return {
    tag: `c${tags++}`,
    kind: "adjustment",
    item,
    from: { location, state: "IN_STOCK" },
    to: { location, state: "SOLD" },
    quantity: "1",
    occurredAt: new Date().toISOString(),
    ...said,
  };
}
const batchOf = (changes: readonly SentChange[]): Batch => ({
  key: `contention-${tags++}`,
  changes,
  ignoreUnchanged: false,
});

async function hotKey({ merchant, doors, record, size }: Scene, random: Random): Promise<void> {
  await crowd(random, async (own) => {
    for (let round = 0; round < 8 * size; round++) {
      const batch = batchOf([sale(merchant, { quantity: String(own.between(1, 9)) })]);
      await record.send(batch, { doors, random: own });
      if (own.chance(0.2)) await record.look(batch, own.pick(doors));
    }
  });
}

/** Half of them go through the keys forwards, half backwards. */
async function oppositeOrders(scene: Scene, random: Random): Promise<void> {
  const { merchant, doors, record, size } = scene;
  const keys = merchant.items.flatMap((item) =>
    merchant.locations.map((location) => ({ item, location })),
  );
  await crowd(random, async (own, index) => {
    for (let round = 0; round < 5 * size; round++) {
      const ordered = index % 2 === 0 ? keys : keys.toReversed();
      const changes = ordered.map(({ item, location }) =>
        sale(merchant, {
          item,
          from: { location, state: "IN_STOCK" },
          to: { location, state: own.pick(["SOLD", "WASTE"]) },
        }),
      );
      await record.send(batchOf(changes), { doors, random: own });
    }
  });
}

/** The same batch at several doors at once: every one is answered, and it counts once. */
async function duplicates(scene: Scene, random: Random): Promise<number> {
  const { merchant, doors, record, size } = scene;
  const workload = new Workload(random.fork(), merchant);
  let sent = 0;
  await crowd(random, async (own) => {
    for (let round = 0; round < 2 * size; round++) {
      const batch = workload.batch();
      const copies = own.between(2, 4);
      sent += copies;
      await Promise.all(
        Array.from({ length: copies }, async () => {
          const later = own.fork();
          await sleep(later.between(0, 3));
          await record.send(batch, { doors, random: later, hasTwin: true });
        }),
      );
    }
  });
  return sent;
}

async function mixed({ merchant, doors, record, size }: Scene, random: Random): Promise<void> {
  await crowd(random, async (own) => {
    const workload = new Workload(own.fork(), merchant);
    for (let round = 0; round < 5 * size; round++) {
      const batch = workload.batch();
      await record.send(batch, { doors, random: own });
      if (own.chance(0.3)) await record.look(batch, own.pick(doors));
    }
  });
}
