import { chmod, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findBinaries } from "../src/binaries.ts";
import { makeCluster, ownCluster, readPassword } from "../src/cluster.ts";
import { chooseLauncher, launchers, reaches } from "../src/launcher.ts";
import { startPostmaster } from "../src/postmaster.ts";
import { ask, dataFolder } from "./folder.ts";

test("every way this machine permits makes a cluster, and the next way takes it over", async () => {
  const binaries = await findBinaries();
  const dataDir = await dataFolder();
  const cluster = join(dataDir, "postgres");
  const ways = launchers().filter((way) => reaches(way, binaries.postgres, dataDir));
  expect(ways.length).toBeGreaterThan(0);
  const [first] = ways;
  if (first === undefined) return;
  await makeCluster(cluster, { initdb: binaries.initdb, launcher: first, durable: false });
  const password = await readPassword(cluster);
  // And back to the first: the machine may permit today what it forbade yesterday.
  for (const launcher of [...ways, first]) {
    await ownCluster(cluster, launcher);
    expect((await stat(cluster)).uid).toBe(launcher.owner);
    const onDeath = () => undefined;
    const setup = { cluster, binaries, launcher, durable: false, onDeath };
    const { port, stop } = await startPostmaster(setup);
    const url = `postgres://bincard:${password}@127.0.0.1:${port}/postgres`;
    expect(await ask(url, "create table if not exists t (id int); select 1 as one")).toBeDefined();
    await stop();
  }
});

test("each way makes and runs a cluster of its own, also below a folder that is closed to others", async () => {
  const binaries = await findBinaries();
  const ran: string[] = [];
  for (const launcher of launchers()) {
    const closed = await dataFolder();
    await chmod(closed, 0o700);
    const dataDir = join(closed, "data");
    await mkdir(dataDir);
    if (!reaches(launcher, binaries.postgres, dataDir)) continue;
    const cluster = join(dataDir, "postgres");
    await makeCluster(cluster, { initdb: binaries.initdb, launcher, durable: false });
    expect((await stat(cluster)).uid).toBe(launcher.owner);
    const onDeath = () => undefined;
    const { stop } = await startPostmaster({
      cluster,
      binaries,
      launcher,
      durable: false,
      onDeath,
    });
    await stop();
    ran.push(launcher.name);
  }
  // Nobody alone cannot pass the closed folder; every machine has some way that can.
  expect(ran).not.toContain("nobody");
  expect(ran).not.toEqual([]);
});

test("where nothing reaches the folder, the sentence names the ways out", async () => {
  const dataDir = await dataFolder();
  const missing = join(dataDir, "no-postgres");
  expect(() => chooseLauncher(missing, dataDir)).toThrow(/DATABASE_URL/);
});
