import { setTimeout as sleep } from "node:timers/promises";
import { isBincardError } from "@bincard/client";
import fc from "fast-check";
import type { Door } from "../door.ts";
import type { Batch, KeyedQuantity, SentChange } from "../history.ts";
import { type Merchant, openMarket } from "../market.ts";
import { keysOf, Model } from "../model.ts";
import { Random } from "../random.ts";
import { doorsOf, openStage, type Stage } from "../stage.ts";
import type { Circumstances, Report, Trial } from "../trial.ts";
import { clientOf, readCounts, readLog } from "../trpc-door.ts";
import { MIXED, Workload } from "../workload.ts";

/**
 * Sequences of commands over every write operation, several merchants and both doors, against a model that
 * knows nothing of the product's path. fast-check draws the sequences, and its seed repeats one.
 */
export const laws: Trial = {
  name: "laws",
  promise:
    "L1 L2 L3 L4 L5 L6 L10 L12: random commands at both doors agree with an independent model",
  async run(circumstances) {
    const stage = await openStage({ serverUrl: circumstances.serverUrl });
    try {
      return await run(stage, circumstances);
    } finally {
      await stage.close();
    }
  },
};

/** What a sequence did so far: one for each merchant. */
interface Ground {
  readonly merchant: Merchant;
  readonly doors: readonly Door[];
  readonly client: ReturnType<typeof clientOf>;
  /** The operator's. */
  readonly root: ReturnType<typeof clientOf>;
  readonly url: string;
  readonly model: Model;
  readonly workload: Workload;
  readonly random: Random;
  /** Accepted batches with what was recorded of each, to be repeated. */
  readonly accepted: { readonly batch: Batch; readonly recorded: readonly string[] }[];
  readonly refused: Batch[];
  items: string[];
  locations: string[];
}

type Command = (ground: Ground) => Promise<void>;

class Broken extends Error {}
function agree(what: string, found: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Broken(`${what}: found ${one}, expected ${other}`);
}

let made = 0;
const fresh = (what: string) => `${what}-${made++}`;

const able = ({ doors, random }: Ground, { changes }: Batch): Door =>
  random.pick(
    changes.some(({ kind }) => kind === "transfer")
      ? doors.filter(({ saysTransfer }) => saysTransfer)
      : doors,
  );

const byKey = (counts: Iterable<KeyedQuantity>) =>
  Array.from(counts, ({ key, quantity }) => [key, quantity]).toSorted(([a = ""], [b = ""]) =>
    a < b ? -1 : 1,
  );

/** L1 L3 L4 L5: one batch, and what the model says of it. */
async function record(ground: Ground, batch: Batch): Promise<void> {
  const { model, accepted, refused } = ground;
  const unknown = batch.changes.some(({ item }) => !ground.items.includes(item));
  const answer = await able(ground, batch).record(batch);
  const due = unknown ? "NOT_FOUND" : model.apply(batch);
  if (typeof due === "string") {
    const wanted = due === "NOT_FOUND" ? ["NOT_FOUND"] : ["COUNT_OUT_OF_RANGE", "VALUE_TOO_HIGH"];
    if (answer.kind !== "refused" || !wanted.includes(answer.code))
      throw new Broken(`${due} was due: ${JSON.stringify(answer)}`);
    refused.push(batch);
    return;
  }
  if (answer.kind !== "acknowledged") throw new Broken(JSON.stringify({ answer, batch }));
  const recorded = due.map(({ tag }) => tag);
  agree("recorded", answer.recorded, recorded);
  agreeCounts(ground, batch, answer.counts);
  accepted.push({ batch, recorded });
}

/** L5 L12: one row for each tracked key the batch named, exactly. */
function agreeCounts({ model }: Ground, batch: Batch, counts: readonly KeyedQuantity[]): void {
  const keys = [...new Set(batch.changes.flatMap(keysOf))];
  const expected = keys.map((key) => ({ key, quantity: model.quantity(key) ?? "0" }));
  agree("counts of the answer", byKey(counts), byKey(expected));
}

const COMMANDS: readonly { readonly weight: number; readonly command: Command }[] = [
  { weight: 8, command: async (ground) => record(ground, ground.workload.batch()) },
  {
    // L12: quantities as long as they may be; sums that would be longer are refused whole.
    weight: 2,
    async command(ground) {
      const batch = ground.workload.batch();
      const long = () => `${"9".repeat(ground.random.between(18, 20))}.99999`;
      const changes = batch.changes.map((change, index) =>
        index === 0 ? { ...change, quantity: long() } : change,
      );
      await record(ground, { ...batch, changes });
    },
  },
  {
    // L6: the same key and body, at whichever door: the same changes, the counts as they stand.
    weight: 3,
    async command(ground) {
      if (ground.accepted.length === 0) return;
      const { batch, recorded } = ground.random.pick(ground.accepted);
      const answer = await able(ground, batch).record(batch);
      if (answer.kind !== "acknowledged") throw new Broken(`no replay: ${JSON.stringify(answer)}`);
      agree("replayed", answer.recorded, recorded);
      agreeCounts(ground, batch, answer.counts);
    },
  },
  {
    // L6: the same key, another body.
    weight: 1,
    async command(ground) {
      if (ground.accepted.length === 0) return;
      const { batch } = ground.random.pick(ground.accepted);
      const other = { ...batch, ignoreUnchanged: !batch.ignoreUnchanged };
      const answer = await able(ground, other).record(other);
      agree("reused key", answer, { kind: "refused", code: "IDEMPOTENCY_KEY_REUSED" });
    },
  },
  {
    // L6: a refusal is the key's answer for ever, though what it lacked is there by now.
    weight: 1,
    async command(ground) {
      if (ground.refused.length === 0) return;
      const batch = ground.random.pick(ground.refused);
      const answer = await able(ground, batch).record(batch);
      if (answer.kind !== "refused") throw new Broken(`a kept refusal: ${JSON.stringify(answer)}`);
    },
  },
  { weight: 2, command: together },
  { weight: 2, command: readEverything },
  { weight: 1, command: page },
  { weight: 1, command: newItem },
  { weight: 1, command: renameItem },
  { weight: 1, command: deleteItem },
  { weight: 1, command: newLocation },
  { weight: 1, command: rotateToken },
];

/** L2 L5: several batches at once; whatever order they took is the model's, too. */
async function together(ground: Ground): Promise<void> {
  const { client, model, accepted, refused } = ground;
  const batches = Array.from({ length: 4 }, () => ground.workload.batch());
  const before = (await readLog(client)).length;
  const answers = await Promise.all(batches.map((batch) => able(ground, batch).record(batch)));
  const log = (await readLog(client)).slice(before);
  const place = (batch: Batch) =>
    log.findIndex(({ tag }) => batch.changes.some((change) => change.tag === tag));
  const order = batches
    .map((batch, index) => ({ batch, answer: answers[index], place: place(batch) }))
    .toSorted((a, b) => a.place - b.place);
  for (const { batch, answer, place: at } of order) {
    if (answer?.kind === "refused") {
      refused.push(batch);
      continue;
    }
    if (answer?.kind !== "acknowledged") throw new Broken(JSON.stringify(answer));
    // One that recorded nothing has no place: the model cannot know between which others it stood.
    if (at === -1) continue;
    const due = model.apply(batch);
    if (due === "out of range") throw new Broken("accepted beyond the range");
    agree(
      "recorded",
      answer.recorded,
      due.map(({ tag }) => tag),
    );
    agreeCounts(ground, batch, answer.counts);
    accepted.push({ batch, recorded: answer.recorded });
  }
}

/** L1 L10: every count, at every door, in one page and in small ones. */
async function readEverything({ client, model, doors, items }: Ground): Promise<void> {
  const expected = Array.from(model.counts(), ([key, quantity]) => ({ key, quantity }));
  agree("all counts", byKey(await readCounts(client)), byKey(expected));
  for (const door of doors) {
    const counts = await door.counts(items);
    if (counts === undefined) throw new Broken(`${door.name} gave no counts`);
    const own = expected.filter(({ key }) => items.includes(key.split(" ")[0] ?? ""));
    agree(`counts at ${door.name}`, byKey(counts), byKey(own));
  }
}

/** L10: a pass in pages while others write repeats nothing and skips nothing that stood still. */
async function page(ground: Ground): Promise<void> {
  const { client } = ground;
  const before = new Set((await readLog(client)).map(({ position }) => position));
  const writing = (async () => {
    for (let times = 0; times < 3; times++) {
      await record(ground, ground.workload.batch());
      await sleep(1);
    }
  })();
  const seen: number[] = [];
  for await (const change of client.changes.list.each({ limit: ground.random.between(2, 7) }))
    seen.push(change.position);
  await writing;
  agree("repeated on pages", seen.length, new Set(seen).size);
  const skipped = [...before].filter((position) => !seen.includes(position));
  agree("skipped on pages", skipped, []);
}

async function newItem(ground: Ground): Promise<void> {
  const id = fresh("NEW");
  const variation = `${id}-V`;
  const variations = [{ id: variation, name: "Regular" }];
  const idempotencyKey = fresh("catalog");
  const objects = [{ type: "ITEM" as const, id, name: id, variations }];
  const first = await ground.client.catalog.upsert({ idempotencyKey, objects });
  const again = await ground.client.catalog.upsert({ idempotencyKey, objects });
  agree("upserted twice", again.objects, first.objects);
  agree("replayed", [first.replayed, again.replayed], [false, true]);
  ground.items.push(variation);
}

async function renameItem({ client, items, random }: Ground): Promise<void> {
  const id = random.pick(items);
  const { object } = await client.catalog.get({ id });
  if (object.type !== "ITEM_VARIATION") throw new Broken(`${id} is no variation`);
  const { itemId, version } = object;
  const renamed = { type: "ITEM_VARIATION" as const, id, itemId, version, name: fresh("Renamed") };
  const { objects } = await client.catalog.upsert({ objects: [renamed] });
  agree("version", objects[0]?.version, version + 1);
  const stale = await client.catalog
    .upsert({ objects: [renamed] })
    .catch((error: unknown) => error);
  agree("stale version", isBincardError(stale) && stale.code, "VERSION_MISMATCH");
}

/** What is deleted is counted no more; what was counted of it stays. */
async function deleteItem(ground: Ground): Promise<void> {
  const { client, items, random } = ground;
  const removable = items.filter((id) => id.startsWith("NEW"));
  if (removable.length === 0) return;
  const id = random.pick(removable);
  await client.catalog.delete({ ids: [id] });
  ground.items = items.filter((each) => each !== id);
  const batch = ground.workload.batch();
  const changes = batch.changes.map((change): SentChange => ({ ...change, item: id }));
  await record(ground, { ...batch, changes });
}

async function newLocation(ground: Ground): Promise<void> {
  const id = fresh("SHOP");
  await ground.client.locations.create({ id, name: id });
  const name = fresh("Renamed");
  const { location } = await ground.client.locations.update({ id, name, status: "INACTIVE" });
  agree("renamed", [location.name, location.status], [name, "INACTIVE"]);
  const taken = await ground.client.locations.create({ name }).catch((error: unknown) => error);
  agree("taken name", isBincardError(taken) && taken.code, "ALREADY_EXISTS");
  ground.locations.push(id);
}

/** A token works until it is revoked, and from then on at no door of this server. */
async function rotateToken({ merchant, root, url, items }: Ground): Promise<void> {
  const { id: merchantId } = merchant;
  const { token, info } = await root.tokens.create({
    merchantId,
    application: { name: "Rotated" },
    scopes: ["INVENTORY_READ"],
  });
  const doors = doorsOf({ url, token });
  for (const door of doors)
    if ((await door.counts(items)) === undefined) throw new Broken("no counts");
  await root.tokens.revoke({ id: info.id, merchantId });
  for (const door of doors) {
    const answer = await door.record({ key: fresh("revoked"), changes: [], ignoreUnchanged: true });
    const code = answer.kind === "refused" ? answer.code : answer.kind;
    if (!code.endsWith("TOKEN_REVOKED")) throw new Broken(`a revoked token: ${code}`);
  }
}

async function run(stage: Stage, { random, size }: Circumstances): Promise<Report> {
  let sequences = 0;
  let commands = 0;
  const weighted = COMMANDS.flatMap(({ weight }, index) =>
    Array.from({ length: weight }, () => index),
  );
  const step = fc.record({
    who: fc.nat({ max: 1 }),
    what: fc.constantFrom(...weighted),
    seed: fc.nat(),
  });
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 4, maxLength: 30, size: "max" }),
    async (steps) => {
      sequences++;
      const merchants = await openMarket(stage, { merchants: 2, items: 2, locations: 2 });
      const grounds = merchants.map((merchant) => openGround(stage, merchant));
      for (const { who, what, seed } of steps) {
        const ground = grounds[who];
        if (ground === undefined) continue;
        commands++;
        const dice = { ...ground, random: new Random(seed) };
        await COMMANDS[what]?.command(dice);
        Object.assign(ground, { items: dice.items, locations: dice.locations });
      }
      for (const ground of grounds) {
        await readEverything(ground);
        const { findings } = await ground.client.ledger.verify({});
        agree("verify", findings, []);
      }
    },
  );
  // Shrinking opens a market at each step, which takes hours: the first counterexample has to do.
  const result = await fc.check(property, {
    seed: random.seed | 0,
    numRuns: 12 * size,
    endOnFailure: true,
  });
  const findings = result.failed
    ? [`${String(result.errorInstance)} ${fc.defaultReportMessage(result) ?? ""}`]
    : [];
  findings.push(...(await orderFree(stage, random.fork(), 4 * size)));
  return { figures: { sequences, commands, orders: 4 * size }, findings };
}

/** L2: the same changes to two merchants, in two orders, cut into different batches, at any door. */
async function orderFree(stage: Stage, random: Random, times: number): Promise<string[]> {
  const findings: string[] = [];
  for (let round = 0; round < times; round++) {
    const merchants = await openMarket(stage, { merchants: 2, items: 2, locations: 2 });
    const [first] = merchants;
    if (first === undefined) continue;
    const workload = new Workload(random.fork(), first, { ...MIXED, bad: 0 });
    const seen = new Set<string>();
    const changes = Array.from({ length: 12 }, () => workload.batch())
      .flatMap((batch) => batch.changes)
      // Arrival breaks ties: the law is stated for distinct times.
      .filter(({ occurredAt }) => !seen.has(occurredAt) && seen.add(occurredAt));
    const totals: unknown[] = [];
    for (const merchant of merchants) {
      const ground = openGround(stage, merchant);
      const left = random.shuffled(changes);
      while (left.length > 0) {
        const part = left.splice(0, random.between(1, 9));
        const batch = { key: fresh("order"), changes: part, ignoreUnchanged: false };
        const answer = await able(ground, batch).record(batch);
        if (answer.kind !== "acknowledged") findings.push(`REFUSED: ${JSON.stringify(answer)}`);
      }
      totals.push(byKey(await readCounts(ground.client)));
    }
    if (JSON.stringify(totals[0]) !== JSON.stringify(totals[1]))
      findings.push(`ORDER: ${JSON.stringify(totals)} from ${JSON.stringify(changes)}`);
  }
  return findings;
}

function openGround(stage: Stage, merchant: Merchant): Ground {
  const random = new Random(made);
  const at = { url: stage.url, token: merchant.token };
  const items = [...merchant.items];
  const locations = [...merchant.locations];
  return {
    merchant,
    random,
    doors: doorsOf(at),
    client: clientOf(at),
    root: clientOf({ url: stage.url, token: stage.rootToken }),
    url: stage.url,
    model: new Model(),
    workload: new Workload(random, { items, locations }),
    accepted: [],
    refused: [],
    items,
    locations,
  };
}
