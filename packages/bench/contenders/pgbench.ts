import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { endedChildrenCpu } from "../cpu.ts";
import type { Contender } from "../measure.ts";
import type { Driven } from "../sample.ts";
import { quantile } from "../statistics.ts";
import type { World } from "../work.ts";
import { RAW_TABLE } from "./raw.ts";

const run = promisify(execFile);

/** Positions are unique within a run, and every run is a merchant of its own. */
const SCRIPT = `\\set n :n + 1
\\set item random(0, 999)
insert into ${RAW_TABLE}
  (merchant_id, position, type, catalog_object_id, location_id, from_state, to_state, quantity,
   occurred_at, created_at, application_id)
values (:merchant, :client_id * 10000000 + :n, 'ADJUSTMENT', concat('item-', :item::int), :location,
        'IN_STOCK', 'SOLD', 1, clock_timestamp(), clock_timestamp(), 'A0123456789AB');
`;

/** PostgreSQL's own load generator inserting the ledger's row, or \`undefined\` where it is not installed. */
export async function pgbench(world: World, clients: number): Promise<Contender | undefined> {
  const version = await run("pgbench", ["--version"]).catch(() => undefined);
  if (version === undefined) return undefined;
  const runOnce = async (seconds: number) => insertRows(world, { clients, seconds });
  const name = "one-row inserts, pgbench";
  return { name, setting: version.stdout.trim(), run: runOnce, pids: [], cpu: endedChildrenCpu };
}

async function insertRows(
  { databaseUrl, merchants }: World,
  { clients, seconds }: { clients: number; seconds: number },
): Promise<Driven> {
  const folder = await mkdtemp(join(tmpdir(), "bincard-pgbench-"));
  try {
    const script = join(folder, "script.sql");
    await writeFile(script, SCRIPT);
    const { locationId = "" } = merchants[0] ?? {};
    const id = `P${String(Date.now()).slice(-12)}`;
    const defined = [`merchant='${id}'`, `location='${locationId}'`, "n=0"];
    const how = [
      "--no-vacuum",
      "--protocol=prepared",
      "--log",
      `--log-prefix=${join(folder, "log")}`,
    ];
    const much = [`--client=${clients}`, "--jobs=2", `--time=${Math.max(2, Math.ceil(seconds))}`];
    const what = defined.flatMap((definition) => ["--define", definition]);
    const { stdout } = await run("pgbench", [
      ...how,
      ...much,
      ...what,
      "--file",
      script,
      databaseUrl,
    ]);
    const logged = await readLog(folder);
    // Its own rate, which leaves out the time it took to connect 32 times.
    const perSecond = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
    return { ...logged, seconds: logged.changes / perSecond };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A line a transaction; the third field is its latency in microseconds. */
async function readLog(folder: string): Promise<Omit<Driven, "seconds">> {
  const names = (await readdir(folder)).filter((name) => name.startsWith("log."));
  const texts = await Promise.all(names.map(async (name) => readFile(join(folder, name), "utf8")));
  const latencies = texts
    .flatMap((text) => text.split("\n"))
    .filter((line) => line !== "")
    .map((line) => Number(line.split(" ")[2]) / 1_000)
    .toSorted((a, b) => a - b);
  const count = latencies.length;
  const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
  return { requests: count, changes: count, p50, p99 };
}
