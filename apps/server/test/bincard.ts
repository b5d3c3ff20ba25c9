import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export interface Bincard {
  readonly process: ChildProcess;
  /** Known from the moment it listens; "" when it never does. */
  readonly url: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the first page of output. */
  ready(): Promise<string>;
  /** Resolves with the exit code, `null` after a signal. */
  readonly exited: Promise<number | null>;
}

/**
 * The real server in a process of its own, on a port of the system's choice; killed after the test if it
 * still lives. Resolves as soon as it listens, or has ended without.
 */
export async function bincard(env: Readonly<Record<string, string>>): Promise<Bincard> {
  const child = spawn(process.execPath, ["--import", "tsx", "apps/server/src/main.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      PORT: "0",
      LOG_LEVEL: "debug",
      ...env,
    },
  });
  let stdout = "";
  let stderr = "";
  let onText = () => {};
  child.stdout.on("data", (data: Buffer) => {
    stdout += data.toString();
    onText();
  });
  child.stderr.on("data", (data: Buffer) => {
    stderr += data.toString();
    onText();
  });
  const exited = once(child, "close").then(([code]: (number | null)[]) => code ?? null);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  const listened = new Promise<void>((resolve) => {
    onText = () => stderr.includes('"listening"') && resolve();
  });
  await Promise.race([listened, exited]);
  return {
    process: child,
    url: /"url":"([^"]+)"/.exec(stderr)?.[1] ?? "",
    stdout: () => stdout,
    stderr: () => stderr,
    exited,
    async ready() {
      const greeted = new Promise<void>((resolve) => {
        onText = () => stdout.includes("Ctrl-C") && resolve();
        onText();
      });
      const ended = exited.then((code) => {
        throw new Error(`exited with ${String(code)} before it was ready: ${stderr}`);
      });
      await Promise.race([greeted, ended]);
      return stdout;
    },
  };
}

/** An empty data folder that is gone after the test. */
export async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bincard-server-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
