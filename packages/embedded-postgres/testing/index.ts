import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";
import type {} from "./provided.ts";

export interface TestDatabase {
  readonly url: string;
  /** Sends one statement past everything of ours: for tests that break what is stored. */
  run(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Ends whatever is still connected to it. */
  drop(): Promise<void>;
}

/** An empty database of the run's cluster, for one test file. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject("databaseServerUrl");
  const name = `bincard_test_${randomBytes(8).toString("hex")}`;
  // template0 is used by nobody: template1 may be busy on a server that is not ours.
  await run(server, `create database ${name} template template0 encoding 'UTF8'`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    run: async (statement) => run(url.href, statement),
    async drop() {
      await run(server, `drop database ${name} with (force)`);
    },
  };
}

async function run(url: string, statement: string) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe<Record<string, unknown>[]>(statement);
  } finally {
    await sql.end();
  }
}
