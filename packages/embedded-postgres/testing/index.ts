import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";
import type {} from "./provided.ts";

export interface TestDatabase {
  readonly url: string;
  /** Ends whatever is still connected to it. */
  drop(): Promise<void>;
}

/** An empty database of the run's cluster, for one test file. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject("databaseServerUrl");
  const name = `bincard_test_${randomBytes(8).toString("hex")}`;
  // template0 is used by nobody: template1 may be busy on a server that is not ours.
  await onServer(server, `create database ${name} template template0 encoding 'UTF8'`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: async () => onServer(server, `drop database ${name} with (force)`) };
}

async function onServer(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
