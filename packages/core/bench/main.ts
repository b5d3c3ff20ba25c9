import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { type ChangeInput, operations, parseOrRefuse } from "@bincard/contracts";
import { startPostgres } from "@bincard/embedded-postgres";
import { ensureRoot, makeToken, migrate, openLedger } from "../src/index.ts";
import { openNaive } from "./naive.ts";
import { openRaw } from "./raw.ts";

/**
 * Changes a second through each way of writing them, in one run on one machine, in turns. Ratios are what
 * to read: absolute figures depend on the machine and on its neighbours. Durable commits throughout.
 */
const ITEMS = 1_000;
const IN_FLIGHT = 32;
const ROUNDS = 3;
const SECONDS = process.argv.includes("--quick") ? 1 : 4;

type Change = { item: string; quantity: string };
interface Contender {
  readonly name: string;
  record(changes: readonly Change[]): Promise<unknown>;
}
interface Run {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

async function run(contender: Contender, items: readonly string[], size: number): Promise<Run> {
  const pick = () => items[Math.floor(Math.random() * items.length)] ?? "";
  const start = performance.now();
  const end = start + SECONDS * 1_000;
  const latencies: number[] = [];
  const client = async () => {
    while (performance.now() < end) {
      const changes = Array.from({ length: size }, () => ({ item: pick(), quantity: "1" }));
      const sent = performance.now();
      await contender.record(changes);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, client));
  const sorted = latencies.toSorted((a, b) => a - b);
  const seconds = (performance.now() - start) / 1_000;
  return {
    perSecond: (latencies.length * size) / seconds,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
}

async function openBincard(url: string) {
  const token = makeToken();
  await ensureRoot(url, { token });
  const ledger = openLedger({ databaseUrl: url });
  const principal = await ledger.authenticate(token);
  const { locations } = await ledger.locations.list(principal, { limit: 1 });
  const locationId = locations[0]?.id ?? "";
  const ids = Array.from({ length: ITEMS }, (_, index) => `item-${index}`);
  const input = parseOrRefuse(operations.catalog.upsert.input, {
    idempotencyKey: randomUUID(),
    objects: [
      { type: "ITEM", id: "#bench", name: "Bench" },
      ...ids.map((id) => ({ type: "ITEM_VARIATION", id, itemId: "#bench", name: id })),
    ],
  });
  await ledger.catalog.upsert(principal, input);
  const asChange = ({ item, quantity }: Change): ChangeInput => ({
    type: "ADJUSTMENT",
    catalogObjectId: item,
    locationId,
    fromState: "NONE",
    toState: "IN_STOCK",
    quantity,
    occurredAt: new Date().toISOString(),
  });
  return {
    ids,
    close: () => ledger.close(),
    // Parsing is part of the work: every door does it.
    record: (changes: readonly Change[]) =>
      ledger.changes.create(
        principal,
        parseOrRefuse(operations.changes.create.input, {
          idempotencyKey: randomUUID(),
          changes: changes.map(asChange),
        }),
      ),
  };
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bincard-bench-"));
  const cluster = await startPostgres({ dataDir: join(folder, "postgres") });
  try {
    await migrate(cluster.url);
    const bincard = await openBincard(cluster.url);
    const naive = await openNaive(cluster.url, bincard.ids);
    const raw = await openRaw(cluster.url);
    const contenders: Contender[] = [
      { name: "raw insert", record: raw.record },
      { name: "naive Drizzle", record: naive.record },
      { name: "Bincard, in process", record: bincard.record },
    ];
    console.log(
      `Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(2)}`,
    );
    console.log(
      `${ITEMS} items, ${IN_FLIGHT} in flight, ${ROUNDS} rounds of ${SECONDS} s in turns\n`,
    );
    for (const size of [1, 100]) await compare(contenders, bincard.ids, size);
    await Promise.all([bincard.close(), naive.close(), raw.close()]);
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(contenders: readonly Contender[], items: readonly string[], size: number) {
  const runs = new Map<string, Run[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const contender of contenders)
      runs.get(contender.name)?.push(await run(contender, items, size));
  const rate = (name: string) => median((runs.get(name) ?? []).map(({ perSecond }) => perSecond));
  console.log(size === 1 ? "single changes" : `batches of ${size}`);
  for (const [name, all] of runs) {
    const speed = rate(name);
    const columns = [
      name.padEnd(22),
      `${Math.round(speed)}`.padStart(8) + " changes/s",
      `${(speed / rate("raw insert")).toFixed(2)} of raw`,
      `${(speed / rate("naive Drizzle")).toFixed(1)}x naive`,
      `p50 ${median(all.map(({ p50 }) => p50)).toFixed(1)} ms`,
      `p99 ${median(all.map(({ p99 }) => p99)).toFixed(1)} ms`,
    ];
    console.log(`  ${columns.join("   ")}`);
  }
  console.log();
}

await main();
