import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PostgresNotStarted, startPostgres } from "../src/index.ts";
import { ask, dataFolder, started } from "./folder.ts";

test("a new folder gets a cluster; a stopped one starts again with its data", async () => {
  const dataDir = await dataFolder();
  const first = await started(join(dataDir, "made"));
  await ask(first.url, "create table kept as select 42 as answer");
  await first.stop();
  const second = await started(join(dataDir, "made"));
  expect(await ask(second.url, "select answer from kept")).toEqual([{ answer: 42 }]);
});

test("by default nothing is acknowledged before it is on disk", async () => {
  const { url } = await started(await dataFolder(), { durable: true });
  for (const [setting, value] of Object.entries({
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    data_checksums: "on",
  })) {
    expect(await ask(url, `show ${setting}`)).toEqual([{ [setting]: value }]);
  }
});

test("text sorts the same on every machine", async () => {
  const { url } = await started(await dataFolder());
  const statement = `select datlocprovider as provider, datlocale as locale
    from pg_database where datname = current_database()`;
  expect(await ask(url, statement)).toEqual([{ provider: "b", locale: "C.UTF-8" }]);
  expect(await ask(url, "select upper('straße é') as big")).toEqual([{ big: "STRAßE É" }]);
});

test("nobody else on the machine gets in", async () => {
  const dataDir = await dataFolder();
  const { url } = await started(dataDir);
  const guessed = new URL(url);
  for (const password of ["", "guess"]) {
    guessed.password = password;
    await expect(ask(guessed.href, "select 1")).rejects.toThrow(/password/i);
  }
  const mode = async (...path: string[]) =>
    ((await stat(join(dataDir, ...path))).mode & 0o777).toString(8);
  expect(await mode("postgres")).toBe("700");
  expect(await mode("postgres", "bincard.password")).toBe("600");
  expect(await ask(url, "show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
  expect(await ask(url, "show unix_socket_directories")).toEqual([{ unix_socket_directories: "" }]);
});

test("the url's database can be exchanged", async () => {
  const { url } = await started(await dataFolder());
  await ask(url, "create database other");
  const other = new URL(url);
  other.pathname = "/other";
  expect(await ask(other.href, "select current_database() as name")).toEqual([{ name: "other" }]);
});

test("remains of an initdb that was killed are cleared away", async () => {
  const dataDir = await dataFolder();
  await mkdir(join(dataDir, "postgres.init-1"));
  await writeFile(join(dataDir, "postgres.init-1", "PG_VERSION"), "18\n");
  await started(dataDir);
  expect((await readdir(dataDir)).toSorted()).toEqual(["bincard.lock", "postgres"]);
});

test("a stopped server leaves the folder free", async () => {
  const dataDir = await dataFolder();
  const running = await started(dataDir);
  await running.stop();
  expect(await readdir(dataDir)).toEqual(["postgres"]);
});

test("a data folder that cannot be made is one sentence", async () => {
  const dataDir = await dataFolder();
  await writeFile(join(dataDir, "file"), "");
  await expect(startPostgres({ dataDir: join(dataDir, "file", "below") })).rejects.toThrow(
    /^the data folder .* cannot be made \(ENOTDIR\): choose one with BINCARD_DATA_DIR$/,
  );
});

test("a broken cluster is one sentence with PostgreSQL's reason", async () => {
  const dataDir = await dataFolder();
  await (await started(dataDir)).stop();
  await writeFile(join(dataDir, "postgres", "postgresql.conf"), "nonsense = 1\n");
  const failure = await startPostgres({ dataDir }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PostgresNotStarted);
  expect(String(failure)).toMatch(/PostgreSQL did not start: .*(?:nonsense|configuration)/);
  expect(String(failure).split("\n")).toHaveLength(1);
});

test("a cluster of another PostgreSQL version is one sentence", async () => {
  const dataDir = await dataFolder();
  await (await started(dataDir)).stop();
  await writeFile(join(dataDir, "postgres", "PG_VERSION"), "17\n");
  await expect(startPostgres({ dataDir })).rejects.toThrow(
    /^PostgreSQL did not start: database files are incompatible with server \(.*version 17.*\)$/,
  );
});

test("a cluster whose password is lost is one sentence", async () => {
  const dataDir = await dataFolder();
  await (await started(dataDir)).stop();
  await rm(join(dataDir, "postgres", "bincard.password"));
  await expect(startPostgres({ dataDir })).rejects.toThrow(/bincard\.password cannot be read/);
});
