import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bincard, dataFolder, until } from "./bincard.ts";
import { JSON_BODY } from "./open-app.ts";

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s finishes what is under way, and refuses what is new",
  async (signal) => {
    const dataDir = await dataFolder();
    const server = await bincard({ BINCARD_DATA_DIR: dataDir });
    await server.ready();
    const token = (await readFile(join(dataDir, "root-token"), "utf8")).trim();
    const authorization = { Authorization: `Bearer ${token}` };
    const body = JSON.stringify({ name: "Late" });
    // A request whose second half comes only after the signal.
    const upload = request(`${server.url}/trpc/locations.create`, {
      method: "POST",
      headers: { ...JSON_BODY, ...authorization, "Content-Length": body.length },
    });
    upload.write(body.slice(0, 10));
    // The upload's first half was read by the time a later request on the same server is answered.
    await fetch(`${server.url}/v2/locations`, { headers: authorization });
    await new Promise((resolve) => setTimeout(resolve, 200));
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
  const token = (await readFile(join(dataDir, "root-token"), "utf8")).trim();
  const stuck = request(`${server.url}/trpc/locations.create`, {
    method: "POST",
    headers: { ...JSON_BODY, Authorization: `Bearer ${token}`, "Content-Length": 100 },
  });
  stuck.on("error", () => undefined);
  stuck.write("{");
  await new Promise((resolve) => setTimeout(resolve, 200));
  server.process.kill("SIGTERM");
  expect(await server.exited).toBe(0);
  expect(await readdir(join(dataDir, "postgres"))).not.toContain("postmaster.pid");
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
