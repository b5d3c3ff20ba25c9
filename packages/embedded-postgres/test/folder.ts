import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { onTestFinished } from "vitest";
import { type EmbeddedPostgres, startPostgres, type StartOptions } from "../src/start.ts";

/** An empty data folder that is gone after the test. */
export async function dataFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "bincard-embedded-"));
  onTestFinished(async () => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** Started, and stopped after the test if the test did not. */
export async function started(
  dataDir: string,
  options: Omit<StartOptions, "dataDir"> = {},
): Promise<EmbeddedPostgres> {
  const running = await startPostgres({ durable: false, ...options, dataDir });
  onTestFinished(async () => running.stop());
  return running;
}

/** The rows of one statement. */
export async function ask(url: string, statement: string): Promise<readonly postgres.Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

export async function postmasterOf(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8"), 10);
}
