import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PostgresNotStarted } from "../src/failure.ts";
import { lock } from "../src/lock.ts";
import { startOf } from "../src/processes.ts";
import { dataFolder } from "./folder.ts";

test("a lock is held until it is released", async () => {
  const dataDir = await dataFolder();
  const first = lock(dataDir);
  expect(first.wasAbandoned).toBe(false);
  expect(() => lock(dataDir)).toThrow("is in use by another Bincard");
  first.release();
  expect(await readdir(dataDir)).toEqual([]);
  lock(dataDir).release();
});

test("a lock of a dead process is taken over", async () => {
  const dataDir = await dataFolder();
  const gone = spawn(process.execPath, ["-e", ""]);
  await once(gone, "exit");
  await writeFile(join(dataDir, "bincard.lock"), JSON.stringify({ pid: gone.pid, started: "1" }));
  const taken = lock(dataDir);
  expect(taken.wasAbandoned).toBe(true);
  taken.release();
});

test("a lock whose process id was given to another process is taken over", async () => {
  const dataDir = await dataFolder();
  const text = JSON.stringify({ pid: process.pid, started: "another life" });
  await writeFile(join(dataDir, "bincard.lock"), text);
  expect(lock(dataDir).wasAbandoned).toBe(true);
});

test.each(["", "{", "null", '{"pid":"1"}'])("a torn lock (%j) is taken over", async (text) => {
  const dataDir = await dataFolder();
  await writeFile(join(dataDir, "bincard.lock"), text);
  expect(lock(dataDir).wasAbandoned).toBe(true);
});

test("a folder that cannot be written to is one sentence, with the setting's name", async () => {
  const file = join(await dataFolder(), "file");
  await writeFile(file, "");
  expect(() => lock(file)).toThrow(PostgresNotStarted);
  expect(() => lock(file)).toThrow(
    `the data folder ${file} cannot be written to (ENOTDIR): ` +
      "permit it, or choose another folder with BINCARD_DATA_DIR",
  );
});

test("releasing never removes another's lock", async () => {
  const dataDir = await dataFolder();
  const file = join(dataDir, "bincard.lock");
  const mine = lock(dataDir);
  await writeFile(file, "another's");
  mine.release();
  expect(await readFile(file, "utf8")).toBe("another's");
});

test("two lives of one process id are told apart", () => {
  expect(startOf(process.pid)).toBe(startOf(process.pid));
  expect(startOf(process.pid)).not.toBe(startOf(process.ppid));
  expect(startOf(2 ** 22 + 1)).toBeUndefined();
});
