import { setTimeout as sleep } from "node:timers/promises";
import type { Bincard } from "@bincard/client";
import { makeToken } from "@bincard/core";
import type { Random } from "../random.ts";
import { ReceiverProcess, type Taken } from "../receiver-process.ts";
import { ServerProcess } from "../server-process.ts";
import { makeDatabase } from "../superuser.ts";
import type { Report, Trial } from "../trial.ts";
import { clientOf } from "../trpc-door.ts";

const WRITERS = 4;
const ITEMS = 12;
/** However often it failed and whoever died, a receiver must have caught up within this: half of a test's time, so that it says so. */
const LATEST_MS = 120_000;
const SETTINGS = {
  BINCARD_SECRET_KEY: "a-secret-of-the-trials-of-some-length",
  BINCARD_WEBHOOKS_ALLOW_LOCAL: "true",
  // A minute is 60 ms, the 24 hours of all retries are 87 seconds.
  BINCARD_WEBHOOKS_RETRY_SCALE: "0.001",
};

/**
 * Two servers write and send, a receiver fails at random; all three are processes, killed with -9 and started again
 * while writers never pause. In the end the receiver holds what the ledger holds.
 */
export const webhooks: Trial = {
  name: "webhooks",
  promise:
    "L9: a receiver of webhooks that fails at random ends equal to the ledger, whoever is killed",
  async run({ random, serverUrl, size }) {
    const database = await makeDatabase(serverUrl);
    const receiver = await ReceiverProcess.open(random.fork());
    const servers: ServerProcess[] = [];
    try {
      const rootToken = makeToken();
      const settings = { databaseUrl: database.url, rootToken, env: SETTINGS };
      for (let index = 0; index < 2; index++) servers.push(await ServerProcess.open(settings));
      return await run({ servers, receiver, random, size, rootToken });
    } finally {
      for (const server of servers) await server.kill();
      await receiver.remove();
      await database.drop();
    }
  },
};

interface Scene {
  readonly servers: readonly ServerProcess[];
  readonly receiver: ReceiverProcess;
  readonly random: Random;
  readonly size: number;
  readonly rootToken: string;
}

async function run(scene: Scene): Promise<Report> {
  const { servers, receiver, random, rootToken } = scene;
  const clients = servers.map(({ url }) => clientOf({ url, token: rootToken, attempts: 1_000 }));
  const [first] = clients;
  if (first === undefined) throw new Error("two servers are needed");
  const items = await furnish(first);
  const { subscription } = await first.webhooks.create({
    notificationUrl: receiver.url,
    eventTypes: ["inventory.count.updated"],
  });
  receiver.signatureKey = subscription.signatureKey ?? "";
  await receiver.start();
  const ending = new AbortController();
  const written = { batches: 0 };
  const work = Array.from({ length: WRITERS }, async (_, at) =>
    write(
      clients[at % clients.length] ?? first,
      { items, random: random.fork(), written },
      ending.signal,
    ),
  );
  const kills = await trouble(scene);
  ending.abort();
  await Promise.all(work);
  const findings = [
    ...servers.flatMap(({ deaths }) => deaths.map((words) => `a server ended by itself: ${words}`)),
    ...(await caughtUp(first, subscription.id)),
  ];
  const taken = await receiver.taken();
  findings.push(...judge(taken, await holdings(first)));
  const retried = taken.filter(({ retry }) => retry > 0).length;
  const events = new Set(taken.map(({ id }) => id)).size;
  return {
    figures: { kills, batches: written.batches, events, retried, repeated: taken.length - events },
    findings,
  };
}

/** Everyone in turn, and then two at once. */
async function trouble({ servers, receiver, random, size }: Scene): Promise<number> {
  let kills = 0;
  for (let round = 0; round < 2 * size; round++) {
    await sleep(random.between(500, 1_500));
    await receiver.kill();
    await sleep(random.between(0, 800));
    await receiver.start();
    await sleep(random.between(200, 1_000));
    const server = random.pick(servers);
    await server.kill();
    if (random.chance(0.5)) await receiver.kill();
    await sleep(random.between(0, 800));
    await Promise.all([server.start(), receiver.kill().then(async () => receiver.start())]);
    kills += 2;
  }
  return kills;
}

async function furnish(client: Bincard): Promise<readonly string[]> {
  const items = Array.from({ length: ITEMS }, (_, at) => `ITEM-${at}-V`);
  await client.catalog.upsert({
    objects: items.map((id, at) => ({
      type: "ITEM",
      id: `ITEM-${at}`,
      name: `Item ${at}`,
      variations: [{ id, name: "Regular" }],
    })),
  });
  return items;
}

interface Writing {
  readonly items: readonly string[];
  readonly random: Random;
  readonly written: { batches: number };
}

async function write(
  client: Bincard,
  { items, random, written }: Writing,
  until: AbortSignal,
): Promise<void> {
  const { locations } = await client.locations.list();
  const locationId = locations[0]?.id ?? "";
  while (!until.aborted) {
    const changes = Array.from({ length: random.between(1, 5) }, () => ({
      type: "ADJUSTMENT" as const,
      catalogObjectId: random.pick(items),
      locationId,
      fromState: "IN_STOCK" as const,
      toState: random.chance(0.5) ? ("WASTE" as const) : ("SOLD" as const),
      quantity: "1",
      occurredAt: new Date().toISOString(),
    }));
    // Whoever got no answer asks again under the same key, until there is one.
    await client.changes.create({ changes });
    written.batches++;
  }
}

/** Until everything has been told and nothing waits; what gave up is a finding. */
async function caughtUp(client: Bincard, subscriptionId: string): Promise<string[]> {
  const deadline = Date.now() + LATEST_MS;
  for (;;) {
    const { position } = await client.feed.locate();
    const { subscription } = await client.webhooks.get({ id: subscriptionId });
    const states = ["PENDING", "DEAD"] as const;
    const { deliveries } = await client.webhooks.deliveries({
      subscriptionId,
      states: [...states],
    });
    const dead = deliveries.filter(({ state }) => state === "DEAD");
    if (dead.length > 0) return [`DEAD: ${dead.length} deliveries were given up`];
    if (subscription.position === position && deliveries.length === 0) return [];
    if (Date.now() > deadline)
      return [
        `LATE: told up to ${subscription.position} of ${position}, ${deliveries.length} deliveries wait`,
      ];
    await sleep(200);
  }
}

async function holdings(client: Bincard): Promise<Map<string, string>> {
  const { counts } = await client.counts.list({ limit: 1_000 });
  return new Map(
    counts.map((count) => [
      `${count.catalogObjectId} ${count.locationId} ${count.state}`,
      count.quantity,
    ]),
  );
}

interface WireCount {
  readonly catalog_object_id: string;
  readonly location_id: string;
  readonly state: string;
  readonly quantity: string;
  readonly calculated_at: string;
}
interface WireEvent {
  readonly event_id: string;
  readonly data: { readonly object: { readonly inventory_counts: readonly WireCount[] } };
}

/** What the receiver makes of what it took, as the documentation advises: each event once, the newest count of each key. */
function judge(taken: readonly Taken[], ledger: ReadonlyMap<string, string>): string[] {
  const findings: string[] = [];
  const bodies = new Map<string, string>();
  const held = new Map<string, WireCount>();
  for (const { id, signed, body } of taken) {
    const event = JSON.parse(body) as WireEvent;
    if (!signed) findings.push(`UNSIGNED: ${id}`);
    if (event.event_id !== id) findings.push(`MISNAMED: ${id} holds ${event.event_id}`);
    if ((bodies.get(id) ?? body) !== body) findings.push(`CHANGED: ${id} has two bodies`);
    bodies.set(id, body);
    const { inventory_counts: counts } = event.data.object;
    if (counts.length < 1 || counts.length > 100)
      findings.push(`SIZE: ${id} holds ${counts.length} counts`);
    for (const count of counts) {
      const key = `${count.catalog_object_id} ${count.location_id} ${count.state}`;
      if ((held.get(key)?.calculated_at ?? "") <= count.calculated_at) held.set(key, count);
    }
  }
  for (const key of new Set([...ledger.keys(), ...held.keys()])) {
    const told = held.get(key)?.quantity;
    if (told !== ledger.get(key))
      findings.push(
        `DIFFERS: ${key} is ${ledger.get(key) ?? "nothing"}, the receiver has ${told ?? "nothing"}`,
      );
  }
  return findings;
}
