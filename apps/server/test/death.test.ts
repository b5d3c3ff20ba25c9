import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Bincard, bincard, dataFolder } from "./bincard.ts";
import { JSON_BODY } from "./open-app.ts";

async function tokenIn(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, "root-token"), "utf8")).trim();
}

async function postmasterIn(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8"), 10);
}

async function createLocation(server: Bincard, token: string, name: string): Promise<number> {
  const answer = await fetch(`${server.url}/trpc/locations.create`, {
    method: "POST",
    headers: { ...JSON_BODY, Authorization: `Bearer ${token}` },
    body: JSON.stringify({ name }),
  });
  return answer.status;
}

async function names(server: Bincard, token: string): Promise<string> {
  const headers = { Authorization: `Bearer ${token}` };
  return (await fetch(`${server.url}/v2/locations`, { headers })).text();
}

test("kill -9 of the server, alone or with its PostgreSQL: every start finds what was acknowledged", async () => {
  const dataDir = await dataFolder();
  const written: string[] = [];
  for (let life = 1; life <= 3; life += 1) {
    const server = await bincard({ BINCARD_DATA_DIR: dataDir });
    await server.ready();
    const token = await tokenIn(dataDir);
    const found = await names(server, token);
    for (const name of written) expect(found).toContain(`"${name}"`);
    expect(await createLocation(server, token, `life ${life}`)).toBe(200);
    written.push(`life ${life}`);
    const postmaster = await postmasterIn(dataDir);
    server.process.kill("SIGKILL");
    // Every other time PostgreSQL gets no chance to stop in order.
    if (life % 2 === 0) process.kill(postmaster, "SIGKILL");
    await server.exited;
  }
});

test("kill -9 of PostgreSQL: the server says so and ends, and the next start finds everything", async () => {
  const dataDir = await dataFolder();
  const server = await bincard({ BINCARD_DATA_DIR: dataDir });
  await server.ready();
  const token = await tokenIn(dataDir);
  expect(await createLocation(server, token, "kept")).toBe(200);
  process.kill(await postmasterIn(dataDir), "SIGKILL");
  expect(await server.exited).toBe(1);
  expect(server.stderr()).toMatch(/^bincard: PostgreSQL ended by itself: [^\n]+$/m);
  const next = await bincard({ BINCARD_DATA_DIR: dataDir });
  await next.ready();
  expect(await names(next, token)).toContain('"kept"');
});

test("kill -9 in the middle of a first start: the next one completes it", async () => {
  const dataDir = await dataFolder();
  for (const milliseconds of [400, 700, 1_000, 1_300]) {
    const server = await bincard({ BINCARD_DATA_DIR: dataDir });
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    server.process.kill("SIGKILL");
    await server.exited;
  }
  const server = await bincard({ BINCARD_DATA_DIR: dataDir });
  await server.ready();
  expect(await createLocation(server, await tokenIn(dataDir), "works")).toBe(200);
});
