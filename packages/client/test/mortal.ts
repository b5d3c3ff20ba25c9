import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** A program that is run again after each kill -9; gone after the test. */
export function mortal(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  let child: ChildProcess;
  const live = () => {
    child = spawn(process.execPath, ["--import", "tsx", ...args], {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "inherit"],
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    });
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const died = once(child, "exit");
    child.kill("SIGKILL");
    await died;
  };
  live();
  onTestFinished(kill);
  return {
    kill,
    async dieAndLive() {
      await kill();
      live();
    },
  };
}

/**
 * One that nobody listens on, and that no connection of this machine is given either: those are numbered from 32,768 on.
 * So it is still free after each death of its server.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_768);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

export async function ready(url: string): Promise<void> {
  while (
    !(await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await sleep(50);
}
