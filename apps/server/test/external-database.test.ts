import { once } from "node:events";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { migrate, PostgresTooOld } from "@bincard/core";
import { type TestDatabase, testDatabase } from "@bincard/embedded-postgres/testing";
import { expect, onTestFinished, test } from "vitest";
import { readSettings } from "../src/env.ts";
import { silentLog } from "../src/log.ts";
import { sentenceOf } from "../src/not-started.ts";
import { start } from "../src/start.ts";
import { bincard, dataFolder, freePort } from "./bincard.ts";

async function database(): Promise<TestDatabase> {
  const made = await testDatabase();
  onTestFinished(async () => made.drop());
  return made;
}

/** What a start with this DATABASE_URL says before it gives up. */
async function complaint(databaseUrl: string): Promise<string> {
  const dataDir = await dataFolder();
  const settings = () =>
    readSettings({ DATABASE_URL: databaseUrl, BINCARD_DATA_DIR: dataDir, PORT: "0" });
  const options = { log: silentLog, onDeath: () => undefined };
  const fault = await Promise.resolve()
    .then(async () => start(settings(), options))
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  const said = sentenceOf(fault, databaseUrl);
  expect(said.split("\n")).toHaveLength(1);
  const { password } = new URL(databaseUrl);
  if (password !== "") expect(said).not.toContain(password);
  expect(await readdir(dataDir)).toEqual([]);
  return said;
}

test("DATABASE_URL: that PostgreSQL, and only the root token in the data folder", async () => {
  const { url } = await database();
  const dataDir = await dataFolder();
  const server = await bincard({ DATABASE_URL: url, BINCARD_DATA_DIR: dataDir });
  const page = await server.ready();
  expect(page).toContain(`PostgreSQL at ${new URL(url).host}`);
  expect(page).not.toContain(new URL(url).password || "no password at all");
  expect(await readdir(dataDir)).toEqual(["root-token"]);
  const token = (await readFile(join(dataDir, "root-token"), "utf8")).trim();
  const headers = { Authorization: `Bearer ${token}` };
  expect((await fetch(`${server.url}/v2/locations`, { headers })).status).toBe(200);
  // A second server of the same database knows that its folder holds no token for it.
  const elsewhere = await dataFolder();
  const second = await bincard({ DATABASE_URL: url, BINCARD_DATA_DIR: elsewhere });
  expect(await second.ready()).toContain("made at an earlier start and kept elsewhere");
  expect(await readdir(elsewhere)).toEqual([]);
  expect((await fetch(`${second.url}/v2/locations`, { headers })).status).toBe(200);
});

test("a token file that was written before a crash is used by the next start", async () => {
  const { url } = await database();
  const dataDir = await dataFolder();
  const token = `bincard_${"a".repeat(43)}`;
  await writeFile(join(dataDir, "root-token"), `${token}\n`, { mode: 0o644 });
  const server = await bincard({ DATABASE_URL: url, BINCARD_DATA_DIR: dataDir });
  expect(await server.ready()).toContain(token);
  expect((await stat(join(dataDir, "root-token"))).mode & 0o777).toBe(0o600);
  const headers = { Authorization: `Bearer ${token}` };
  expect((await fetch(`${server.url}/v2/locations`, { headers })).status).toBe(200);
});

test("a database that has its merchants needs nothing of the data folder", async () => {
  const { url } = await database();
  const first = await dataFolder();
  const made = await bincard({ DATABASE_URL: url, BINCARD_DATA_DIR: first });
  await made.ready();
  // Nobody can write below a file, root neither.
  const file = join(await dataFolder(), "file");
  await writeFile(file, "");
  const second = await bincard({ DATABASE_URL: url, BINCARD_DATA_DIR: join(file, "data") });
  expect(await second.ready()).toContain("made at an earlier start and kept elsewhere");
  // Nor does a file there that is no token keep it from starting.
  const third = await dataFolder();
  await mkdir(join(third, "root-token"));
  const last = await bincard({ DATABASE_URL: url, BINCARD_DATA_DIR: third });
  expect(await last.ready()).toContain("made at an earlier start and kept elsewhere");
});

test("a new database whose token cannot be kept is left without one, and the setting is named", async () => {
  const { url, run } = await database();
  const file = join(await dataFolder(), "file");
  await writeFile(file, "");
  const dataDir = join(file, "data");
  const settings = readSettings({ DATABASE_URL: url, BINCARD_DATA_DIR: dataDir, PORT: "0" });
  const options = { log: silentLog, onDeath: () => undefined };
  await expect(start(settings, options)).rejects.toThrow(
    `the root token cannot be kept in ${join(dataDir, "root-token")} (ENOTDIR): ` +
      "choose another folder with BINCARD_DATA_DIR, or give the token with BINCARD_ROOT_TOKEN",
  );
  expect(await run("select * from bincard.merchants")).toEqual([]);
});

test("a token file that cannot be a token is one sentence", async () => {
  const { url } = await database();
  const dataDir = await dataFolder();
  const settings = readSettings({ DATABASE_URL: url, BINCARD_DATA_DIR: dataDir, PORT: "0" });
  const options = { log: silentLog, onDeath: () => undefined };
  const file = join(dataDir, "root-token");
  await writeFile(file, "\n");
  await expect(start(settings, options)).rejects.toThrow(`${file} holds no root token: remove it`);
  await rm(file);
  await mkdir(file);
  await expect(start(settings, options)).rejects.toThrow(`${file} cannot be read (EISDIR)`);
});

test("nobody listens there", async () => {
  const port = await freePort();
  expect(await complaint(`postgres://u:secret-password@127.0.0.1:${port}/db`)).toContain(
    `the PostgreSQL at 127.0.0.1:${port} that DATABASE_URL names cannot be reached (ECONNREFUSED)`,
  );
});

test("a host that does not exist", async () => {
  expect(await complaint("postgres://u@nowhere.invalid/db")).toMatch(
    /the PostgreSQL at nowhere\.invalid:5432 that DATABASE_URL names cannot be reached/,
  );
});

test("something else listens there", async () => {
  const web = createHttpServer((_, response) => response.end("hello"));
  const mute = createServer(() => undefined);
  for (const server of [web, mute]) {
    await once(server.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await complaint(`postgres://u@127.0.0.1:${port}/db`)).toContain(
      `what answers at 127.0.0.1:${port}, which DATABASE_URL names, is not a PostgreSQL`,
    );
  }
});

test("a wrong DATABASE_URL ends the process with that sentence and nothing else", async () => {
  const port = await freePort();
  const server = await bincard({
    DATABASE_URL: `postgres://127.0.0.1:${port}/db`,
    BINCARD_DATA_DIR: await dataFolder(),
    LOG_LEVEL: "info",
  });
  expect(await server.exited).toBe(1);
  expect(server.stdout()).toBe("");
  expect(server.stderr()).toMatch(/^bincard: the PostgreSQL at [^\n]*cannot be reached[^\n]*\n$/);
});

test("a wrong user", async () => {
  const url = new URL((await database()).url);
  url.username = "nobody_here";
  url.password = "secret-password";
  expect(await complaint(url.href)).toContain('does not let the user "nobody_here" in');
});

test("a wrong database", async () => {
  const url = new URL((await database()).url);
  url.pathname = "/no_such_database";
  expect(await complaint(url.href)).toContain('has no database "no_such_database": create it');
});

test("not a PostgreSQL URL", async () => {
  expect(await complaint("mysql://u:secret-password@127.0.0.1/db")).toContain(
    "DATABASE_URL must be a PostgreSQL URL",
  );
});

test("a database newer than the code", async () => {
  const { url, run } = await database();
  await migrate(url);
  await run("update bincard.migrations set created_at = created_at + 1000000000000");
  expect(await complaint(url)).toMatch(/migrated by a newer version of Bincard/);
});

test("a PostgreSQL that is too old is one sentence", () => {
  expect(sentenceOf(new PostgresTooOld("14.20"), "postgres://h/d")).toMatch(/14\.20.*15 or newer/);
});
