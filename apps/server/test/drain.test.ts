import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Bincard, bincard, dataFolder } from "./bincard.ts";
import { JSON_BODY } from "./open-app.ts";
import { until } from "./until.ts";

type Access = Readonly<Record<"Authorization", string>>;

async function accessIn(dataDir: string): Promise<Access> {
  const token = (await readFile(join(dataDir, "root-token"), "utf8")).trim();
  return { Authorization: `Bearer ${token}` };
}

/** Resolves when one request is being answered. */
const whenInside = async ({ url }: Bincard, headers: Access) =>
  until(async () => {
    const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
    return /^bincard_requests_in_flight 1$/m.test(metrics);
  });

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A request whose body never comes to its end. */
async function hold(server: Bincard, access: Access): Promise<void> {
  const stuck = request(`${server.url}/trpc/locations.create`, {
    method: "POST",
    headers: { ...JSON_BODY, ...access, "Content-Length": 100 },
  });
  stuck.on("error", () => undefined);
  stuck.write("{");
  await whenInside(server, access);
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s finishes what is under way, and refuses what is new",
  async (signal) => {
    const dataDir = await dataFolder();
    const server = await bincard({ BINCARD_DATA_DIR: dataDir });
    await server.ready();
    const authorization = await accessIn(dataDir);
    const body = JSON.stringify({ name: "Late" });
    // A request whose second half comes only after the signal.
    const upload = request(`${server.url}/trpc/locations.create`, {
      method: "POST",
      headers: { ...JSON_BODY, ...authorization, "Content-Length": body.length },
    });
    upload.write(body.slice(0, 10));
    await whenInside(server, authorization);
    server.process.kill(signal);
    server.process.kill(signal); // A terminal and a parent may both pass it on.
    await until(async () => (await fetch(`${server.url}/readyz`)).status === 503);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    const refused = await fetch(`${server.url}/v2/locations`, { headers: authorization });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(refused.headers.get("connection")).toBe("close");
    upload.end(body.slice(10));
    const [response] = await once(upload, "response");
    expect(response.statusCode).toBe(200);
    response.resume();
    expect(await server.exited).toBe(0);
    expect((await readdir(dataDir)).toSorted()).toEqual(["postgres", "root-token"]);
    await expect(readFile(join(dataDir, "postgres", "postmaster.pid"))).rejects.toThrow("ENOENT");
  },
);

test("a request that never ends does not keep the server", async () => {
  const dataDir = await dataFolder();
  const server = await bincard({ BINCARD_DATA_DIR: dataDir });
  await server.ready();
  await hold(server, await accessIn(dataDir));
  server.process.kill("SIGTERM");
  expect(await server.exited).toBe(0);
  expect(await readdir(join(dataDir, "postgres"))).not.toContain("postmaster.pid");
});

test("neither does a PostgreSQL that does not stop: it has its time, and is killed", async () => {
  const dataDir = await dataFolder();
  const server = await bincard({ BINCARD_DATA_DIR: dataDir });
  await server.ready();
  await hold(server, await accessIn(dataDir));
  const pid = await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8");
  const postmaster = Number.parseInt(pid, 10);
  process.kill(postmaster, "SIGSTOP");
  onTestFinished(() => {
    if (isRunning(postmaster)) process.kill(postmaster, "SIGKILL");
  });
  server.process.kill("SIGTERM");
  expect([await server.exited, server.stderr()]).toEqual([
    0,
    expect.not.stringMatching(/^bincard: /m),
  ]);
  expect(isRunning(postmaster)).toBe(false);
});

test("a signal while starting is obeyed", async () => {
  const dataDir = await dataFolder();
  const server = await bincard({ BINCARD_DATA_DIR: dataDir });
  await until(async () => (await fetch(`${server.url}/livez`)).status === 200);
  server.process.kill("SIGTERM");
  expect(await server.exited).toBe(0);
  expect(server.stdout()).toBe("");
  expect(await readdir(dataDir)).not.toContain("bincard.lock");
});
