import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../src/start.ts";
import type {} from "./provided.ts";

/** Memory where the machine has some set aside: nothing of a test run is worth a disk. */
const SHARED_MEMORY = "/dev/shm";
/** Containers often set aside too little; a cluster with its test databases wants this much. */
const WANTED_BYTES = 2 * 1_024 ** 3;

/** vitest's globalSetup: one PostgreSQL for the whole run, or the one that TEST_DATABASE_URL names. */
export default async function setup(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    project.provide("databaseServerUrl", given);
    return undefined;
  }
  const dataDir = await mkdtemp(join(await parentFolder(), "bincard-test-"));
  const remove = async () => rm(dataDir, { recursive: true, force: true });
  try {
    const postgres = await startPostgres({ dataDir, durable: false });
    project.provide("databaseServerUrl", postgres.url);
    return async () => postgres.stop().finally(remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function parentFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(SHARED_MEMORY);
    return bavail * bsize >= WANTED_BYTES ? SHARED_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
