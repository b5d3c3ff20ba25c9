import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "../src/env.ts";
import { silentLog } from "../src/log.ts";
import { start } from "../src/start.ts";
import { type Bincard, bincard, dataFolder } from "./bincard.ts";

async function locations(server: Bincard, token: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}` };
  return fetch(`${server.url}/v2/locations`, { headers });
}

test("the first start shows where everything is; a later one keeps data and token, and shows neither", async () => {
  const dataDir = await dataFolder();
  const first = await bincard({ BINCARD_DATA_DIR: dataDir });
  const seen = await statesUntilReady(first);
  expect(seen).toEqual(["200 503", "200 200"]);
  const page = await first.ready();
  const file = join(dataDir, "root-token");
  const token = (await readFile(file, "utf8")).trim();
  expect(token).toMatch(/^bincard_[\w-]{43}$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const call = `curl ${first.url}/v2/locations -H "Authorization: Bearer $(cat ${file})"`;
  for (const text of [first.url, dataDir, token, call]) expect(page).toContain(text);
  const before = await (await locations(first, token)).json();
  expect(before).toMatchObject({ locations: [{ status: "ACTIVE" }] });
  first.process.kill("SIGTERM");
  expect(await first.exited).toBe(0);
  const second = await bincard({ BINCARD_DATA_DIR: dataDir });
  expect(await second.ready()).not.toContain(token);
  expect(await (await locations(second, token)).json()).toEqual(before);
});

/** What /livez and /readyz answer, one after the other, from the moment the port is open. */
async function statesUntilReady(server: Bincard): Promise<readonly string[]> {
  const seen: string[] = [];
  while (seen.at(-1) !== "200 200") {
    const [live, ready, door] = await Promise.all(
      ["/livez", "/readyz", "/v2/locations"].map(async (path) => {
        const headers = { Authorization: "Bearer unknown-while-starting" };
        return (await fetch(server.url + path, { headers }).catch(() => undefined))?.status;
      }),
    );
    if (live === undefined || ready === undefined) continue;
    if (`${live} ${ready}` !== seen.at(-1)) seen.push(`${live} ${ready}`);
    if (ready === 503) expect([503, 401]).toContain(door);
  }
  return seen;
}

test("BINCARD_ROOT_TOKEN is the root token of a new ledger, and is neither shown nor kept", async () => {
  const dataDir = await dataFolder();
  const token = "chosen-by-the-operator-0123456789";
  const server = await bincard({ BINCARD_DATA_DIR: dataDir, BINCARD_ROOT_TOKEN: token });
  expect(await server.ready()).not.toContain(token);
  expect((await locations(server, token)).status).toBe(200);
  await expect(stat(join(dataDir, "root-token"))).rejects.toThrow("ENOENT");
  server.process.kill("SIGTERM");
  await server.exited;
  const other = await bincard({
    BINCARD_DATA_DIR: dataDir,
    BINCARD_ROOT_TOKEN: `another-${token}`,
  });
  expect(await other.ready()).toContain("BINCARD_ROOT_TOKEN is another one and opens nothing here");
  expect((await locations(other, `another-${token}`)).status).toBe(401);
  expect((await locations(other, token)).status).toBe(200);
});

test("a second start on the same data folder or port is refused, and the first goes on", async () => {
  const dataDir = await dataFolder();
  const first = await bincard({ BINCARD_DATA_DIR: dataDir });
  await first.ready();
  const second = await bincard({ BINCARD_DATA_DIR: dataDir, LOG_LEVEL: "info" });
  expect(await second.exited).toBe(1);
  expect(second.stdout()).toBe("");
  expect(second.stderr()).toBe(
    `bincard: the data folder ${dataDir} is in use by another Bincard (process ${first.process.pid}): stop that one, or choose another folder with BINCARD_DATA_DIR\n`,
  );
  const port = new URL(first.url).port;
  const elsewhere = await dataFolder();
  const third = await bincard({ BINCARD_DATA_DIR: elsewhere, PORT: port, LOG_LEVEL: "info" });
  expect(await third.exited).toBe(1);
  expect(third.stderr()).toBe(
    `bincard: port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another with PORT\n`,
  );
  expect(await readdir(elsewhere)).toEqual([]); // Found before a database is made.
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
});

test("wrong settings are one sentence that names them all", async () => {
  const server = await bincard({ PORT: "http", LOG_LEVEL: "loud", HOST: "127.0.0.1" });
  expect(await server.exited).toBe(1);
  expect(server.stderr()).toMatch(/^bincard: PORT must be a port number; LOG_LEVEL must be .*\n$/);
});

test("a host that is not ours is one sentence", async () => {
  const settings = readSettings({ HOST: "192.0.2.1", BINCARD_DATA_DIR: await dataFolder() });
  const options = { log: silentLog, onDeath: () => undefined };
  await expect(start(settings, options)).rejects.toThrow(
    /^HOST 192\.0\.2\.1 is not an address of this machine$/,
  );
});
