import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgres } from "@bincard/embedded-postgres";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export interface Server {
  readonly url: string;
  /** Of the operator: it makes a merchant for each test. */
  readonly rootToken: string;
  /** As its owner: for what no door allows. */
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** The real server in a process of its own, on a PostgreSQL of its own. */
export async function startServer(): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), "bincard-web-"));
  const postgres = await startPostgres({ dataDir, durable: false });
  const rootToken = randomBytes(24).toString("hex");
  const child = spawn(process.execPath, ["--import", "tsx", "apps/server/src/main.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      DATABASE_URL: postgres.url,
      BINCARD_ROOT_TOKEN: rootToken,
      BINCARD_SECRET_KEY: randomBytes(24).toString("hex"),
      // Receivers are in the tests' own process.
      BINCARD_WEBHOOKS_ALLOW_LOCAL: "true",
      // All tests come from one address, and begin as strangers.
      BINCARD_RATE_LIMIT_STRANGERS: "off",
      LOG_LEVEL: "debug",
      PORT: "0",
    },
  });
  const exited = once(child, "close");
  let said = "";
  const listening = new Promise<string>((resolve) => {
    child.stderr.on("data", (data: Buffer) => {
      if (said.length < 100_000) said += data.toString();
      const url = /"url":"([^"]+)"/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const url = await Promise.race([listening, exited.then(() => undefined)]);
  if (url === undefined) {
    await stop();
    throw new Error(`the server ended before it listened: ${said}`);
  }
  while (!(await fetch(`${url}/readyz`)).ok) await new Promise((next) => setTimeout(next, 50));
  return { url, rootToken, databaseUrl: postgres.url, stop };
}
