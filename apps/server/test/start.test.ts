import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Bincard, bincard, dataFolder } from "./bincard.ts";

async function locations(server: Bincard, token: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}` };
  return fetch(`${server.url}/v2/locations`, { headers });
}

test("a first start says where it listens, where the data lies, and how to make the first call", async () => {
  const dataDir = await dataFolder();
  const server = await bincard({ BINCARD_DATA_DIR: dataDir });
  const page = await server.ready();
  const token = (await readFile(join(dataDir, "root-token"), "utf8")).trim();
  expect(token).toMatch(/^bincard_[\w-]{43}$/);
  expect(page).toContain(server.url);
  expect(page).toContain(dataDir);
  expect(page).toContain(token);
  expect(page).toContain(
    `curl ${server.url}/v2/locations -H "Authorization: Bearer $(cat ${join(dataDir, "root-token")})"`,
  );
  expect((await stat(join(dataDir, "root-token"))).mode & 0o777).toBe(0o600);
  const answer = await locations(server, token);
  expect(await answer.json()).toMatchObject({ locations: [{ status: "ACTIVE" }] });
  server.process.kill("SIGTERM");
  expect(await server.exited).toBe(0);
});

test("a later start keeps the data and the token, and no longer shows it", async () => {
  const dataDir = await dataFolder();
  const first = await bincard({ BINCARD_DATA_DIR: dataDir });
  await first.ready();
  const token = (await readFile(join(dataDir, "root-token"), "utf8")).trim();
  const before = await (await locations(first, token)).json();
  first.process.kill("SIGINT");
  expect(await first.exited).toBe(0);
  const second = await bincard({ BINCARD_DATA_DIR: dataDir });
  expect(await second.ready()).not.toContain(token);
  expect(await (await locations(second, token)).json()).toEqual(before);
});

test("BINCARD_ROOT_TOKEN is the root token of a new ledger, and is neither shown nor kept", async () => {
  const dataDir = await dataFolder();
  const token = "chosen-by-the-operator-0123456789";
  const server = await bincard({ BINCARD_DATA_DIR: dataDir, BINCARD_ROOT_TOKEN: token });
  expect(await server.ready()).not.toContain(token);
  expect((await locations(server, token)).status).toBe(200);
  await expect(stat(join(dataDir, "root-token"))).rejects.toThrow("ENOENT");
  server.process.kill("SIGTERM");
  await server.exited;
  const other = await bincard({ BINCARD_DATA_DIR: dataDir, BINCARD_ROOT_TOKEN: `another-${token}` });
  expect(await other.ready()).toContain("BINCARD_ROOT_TOKEN is another one and opens nothing here");
  expect((await locations(other, `another-${token}`)).status).toBe(401);
  expect((await locations(other, token)).status).toBe(200);
});

test("alive before it is ready", async () => {
  const server = await bincard({ BINCARD_DATA_DIR: await dataFolder() });
  const seen: string[] = [];
  for (let state = ""; state !== "200 200"; ) {
    const [live, ready, door] = await Promise.all(
      ["/livez", "/readyz", "/v2/locations"].map(async (path) => {
        const headers = { Authorization: "Bearer unknown-while-starting" };
        return (await fetch(server.url + path, { headers }).catch(() => undefined))?.status;
      }),
    );
    if (live === undefined || ready === undefined) continue;
    state = `${live} ${ready}`;
    if (state !== seen.at(-1)) seen.push(state);
    if (ready === 503) expect([503, 401]).toContain(door);
  }
  expect(seen).toEqual(["200 503", "200 200"]);
});

test("a second start on the same data folder is refused, and the first goes on", async () => {
  const dataDir = await dataFolder();
  const first = await bincard({ BINCARD_DATA_DIR: dataDir });
  await first.ready();
  const second = await bincard({ BINCARD_DATA_DIR: dataDir });
  expect(await second.exited).toBe(1);
  expect(second.stderr()).toBe(
    `bincard: the data folder ${dataDir} is in use by another Bincard (process ${first.process.pid}): stop that one, or choose another folder with BINCARD_DATA_DIR\n`,
  );
  expect(second.stdout()).toBe("");
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
});

test("a port in use is found before a database is made", async () => {
  const dataDir = await dataFolder();
  const first = await bincard({ BINCARD_DATA_DIR: dataDir });
  await first.ready();
  const port = new URL(first.url).port;
  const elsewhere = await dataFolder();
  const second = await bincard({ BINCARD_DATA_DIR: elsewhere, PORT: port });
  expect(await second.exited).toBe(1);
  expect(second.stderr()).toBe(
    `bincard: port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another with PORT\n`,
  );
  await expect(stat(join(elsewhere, "postgres"))).rejects.toThrow("ENOENT");
});

test("wrong settings are one sentence that names them all", async () => {
  const server = await bincard({ PORT: "http", LOG_LEVEL: "loud", HOST: "127.0.0.1" });
  expect(await server.exited).toBe(1);
  expect(server.stderr()).toMatch(/^bincard: PORT must be a port number; LOG_LEVEL must be .*\n$/);
});

test("a host that is not ours is one sentence", async () => {
  const server = await bincard({ HOST: "192.0.2.1", BINCARD_DATA_DIR: await dataFolder() });
  expect(await server.exited).toBe(1);
  expect(server.stderr()).toBe("bincard: HOST 192.0.2.1 is not an address of this machine\n");
});
