import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedPostgres, startPostgres } from "@bincard/embedded-postgres";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ensureRoot, makeToken, migrate, RolesMissing } from "../src/index.ts";

/** Roles are the whole cluster's, so this one is this file's own. */
let cluster: EmbeddedPostgres;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "bincard-roles-"));
  cluster = await startPostgres({ dataDir, durable: false });
});
afterAll(async () => {
  await cluster.stop();
  await rm(dataDir, { recursive: true });
});

async function asSuperuser(...statements: string[]): Promise<void> {
  const sql = postgres(cluster.url, { max: 1, onnotice: () => undefined });
  try {
    for (const statement of statements) await sql.unsafe(statement).simple();
  } finally {
    await sql.end();
  }
}

/** A database of a user of its own that may do this. */
async function databaseOf(user: string, power = ""): Promise<string> {
  const name = `d${randomBytes(6).toString("hex")}`;
  await asSuperuser(
    `create role "${user}" login password 'secret-password' ${power}`,
    `create database ${name} owner "${user}" template template0`,
  );
  const url = new URL(cluster.url);
  [url.username, url.password, url.pathname] = [user, "secret-password", `/${name}`];
  return url.href;
}

/** What the refused start advises; nothing of it is secret. */
async function adviceOf(url: string): Promise<string> {
  const refused = await migrate(url).catch((error: unknown) => error);
  if (!(refused instanceof RolesMissing)) throw new Error("was not refused", { cause: refused });
  expect(refused.message).not.toContain("secret-password");
  expect(refused.message.split("\n")).toHaveLength(1);
  return refused.message.replace(/^.*let a superuser run: /, "");
}

async function works(url: string): Promise<void> {
  await migrate(url);
  expect(await ensureRoot(url, { token: makeToken() })).toMatchObject({ created: true });
}

/** Each test begins in a cluster that knows no Bincard. */
beforeEach(async () => {
  const sql = postgres(cluster.url, { max: 1, onnotice: () => undefined });
  const databases = await sql`select datname from pg_database where datname ~ '^d[0-9a-f]{12}$'`;
  for (const { datname } of databases) await sql`drop database ${sql(datname)} with (force)`;
  for (const role of ["bincard_app", "bincard_gate", "shop", "Corner Shop", "boss"])
    await sql`drop role if exists ${sql(role)}`;
  await sql.end();
});

test("a user that may make roles makes them at its first start", async () => {
  await works(await databaseOf("boss", "createrole"));
});

test("one that may not is told everything at once, and starts once it is done", async () => {
  const url = await databaseOf("shop");
  const advice = await adviceOf(url);
  expect(advice).toBe(
    "create role bincard_app nologin; create role bincard_gate nologin; " +
      "grant bincard_app, bincard_gate to shop;",
  );
  await asSuperuser(advice);
  await works(url);
});

test("where the cluster has the roles already, they are granted and nothing else", async () => {
  await works(await databaseOf("boss", "superuser"));
  const url = await databaseOf("Corner Shop");
  const advice = await adviceOf(url);
  expect(advice).toBe('grant bincard_app, bincard_gate to "Corner Shop";');
  await asSuperuser(advice);
  await works(url);
});

test("what is there and what is not are told apart role by role", async () => {
  const url = await databaseOf("shop");
  await asSuperuser("create role bincard_app nologin", "grant bincard_app to shop");
  const advice = await adviceOf(url);
  expect(advice).toBe("create role bincard_gate nologin; grant bincard_gate to shop;");
  await asSuperuser(advice);
  await works(url);
});

test("a role that passes the walls is not taken on", async () => {
  const url = await databaseOf("shop");
  await asSuperuser("create role bincard_app bypassrls", "create role bincard_gate");
  const advice = await adviceOf(url);
  expect(advice).toBe(
    "alter role bincard_app nosuperuser nobypassrls; grant bincard_app, bincard_gate to shop;",
  );
  await asSuperuser(advice);
  await works(url);
});
