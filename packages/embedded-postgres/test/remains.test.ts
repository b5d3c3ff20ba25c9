import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startPostgres } from "../src/index.ts";
import { isAlive } from "../src/processes.ts";
import { ask, dataFolder, postmasterOf, started } from "./folder.ts";
import { type Holder, holder } from "./holder.ts";

async function held(dataDir: string, options: { path?: string } = {}): Promise<Holder> {
  const other = await holder(dataDir, options);
  onTestFinished(async () => other.kill());
  return other;
}

test("a second start on the same folder is refused in one sentence, in this process and in another", async () => {
  const dataDir = await dataFolder();
  const { url } = await started(dataDir);
  await expect(startPostgres({ dataDir })).rejects.toThrow(
    `the data folder ${dataDir} is in use by another Bincard (process ${process.pid}): stop that one, or choose another folder with BINCARD_DATA_DIR`,
  );
  const other = await held(dataDir);
  expect(other.said.refused).toContain(`in use by another Bincard (process ${process.pid})`);
  expect(await ask(url, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("kill -9 of the process that started it: the next start finds every row", async () => {
  const dataDir = await dataFolder();
  const killed = await held(dataDir);
  await ask(killed.said.url ?? "", "create table kept as select 7 as answer");
  await killed.kill();
  const { url } = await started(dataDir);
  expect(await ask(url, "select answer from kept")).toEqual([{ answer: 7 }]);
});

test("a PostgreSQL that outlived its process is stopped and started anew", async () => {
  const dataDir = await dataFolder();
  // Without setpriv on its path the other process cannot bind PostgreSQL's life to its own.
  const killed = await held(dataDir, { path: await pathWithoutSetpriv() });
  expect(killed.said).toHaveProperty("url");
  await ask(killed.said.url ?? "", "create table kept as select 8 as answer");
  const orphan = await postmasterOf(dataDir);
  await killed.kill();
  expect(isAlive(orphan)).toBe(true);
  const { url } = await started(dataDir);
  expect(isAlive(orphan)).toBe(false);
  expect(await ask(url, "select answer from kept")).toEqual([{ answer: 8 }]);
});

test("kill -9 of PostgreSQL is told once, and leaves nothing that stops the next start", async () => {
  const dataDir = await dataFolder();
  const sentences: string[] = [];
  let told = () => {};
  const died = new Promise<void>((resolve) => (told = resolve));
  const running = await started(dataDir, {
    durable: true,
    onDeath(sentence) {
      sentences.push(sentence);
      told();
    },
  });
  await ask(running.url, "create table kept as select 9 as answer");
  process.kill(await postmasterOf(dataDir), "SIGKILL");
  await died;
  await running.stop();
  expect(sentences).toEqual([expect.stringMatching(/^PostgreSQL ended by itself: /)]);
  const { url } = await started(dataDir);
  expect(await ask(url, "select answer from kept")).toEqual([{ answer: 9 }]);
});

test("an id in postmaster.pid that now belongs to some other process is no obstacle", async () => {
  const dataDir = await dataFolder();
  const running = await started(dataDir);
  const pidFile = join(dataDir, "postgres", "postmaster.pid");
  const recorded = await readFile(pidFile, "utf8");
  await running.stop();
  const stranger = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
  onTestFinished(() => void stranger.kill("SIGKILL"));
  await once(stranger, "spawn");
  await writeFile(pidFile, recorded.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 });
  const { url } = await started(dataDir);
  expect(await ask(url, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
});

test("one that was killed and is not buried yet is waited for", async () => {
  const dataDir = await dataFolder();
  const running = await started(dataDir);
  const pidFile = join(dataDir, "postgres", "postmaster.pid");
  const recorded = await readFile(pidFile, "utf8");
  await running.stop();
  // Its parent never asks what became of it, so its id stays taken until that one ends, too.
  const parent = spawn("sh", ["-c", "sleep 0.01 & echo $!; exec sleep 1.5"]);
  const [dead] = (await once(parent.stdout, "data")) as [Buffer];
  await writeFile(pidFile, recorded.replace(/^\d+/, String(dead).trim()), { mode: 0o600 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { url } = await started(dataDir);
  expect(await ask(url, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("a PostgreSQL that Bincard did not start is left alone", async () => {
  const dataDir = await dataFolder();
  const { url } = await started(dataDir);
  const lockFile = join(dataDir, "bincard.lock");
  const lock = await readFile(lockFile, "utf8");
  await rm(lockFile);
  await expect(startPostgres({ dataDir })).rejects.toThrow(
    /^another PostgreSQL \(process \d+\) that Bincard did not start uses /,
  );
  await writeFile(lockFile, lock);
  expect(await ask(url, "select 1 as one")).toEqual([{ one: 1 }]);
});

/** Everything that is needed to start, except setpriv. */
async function pathWithoutSetpriv(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bincard-path-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  for (const name of ["sh", "unshare", "env"]) await symlink(await find(name), join(folder, name));
  return folder;
}

async function find(name: string): Promise<string> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (
      await readFile(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new Error(`this machine has no ${name}`);
}
