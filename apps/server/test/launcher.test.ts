import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { bincard, dataFolder, ROOT } from "./bincard.ts";
import { until } from "./until.ts";

/** Stands where npx stands: it bears the name, starts the server and passes no signal on. */
const LAUNCHER = `
  process.title = "npm exec bincard";
  const { spawn } = require("node:child_process");
  const server = spawn(process.execPath, ["--import", "tsx", "apps/server/src/main.ts"], { stdio: "inherit" });
  process.stdout.write("server " + server.pid + "\\n");
  setInterval(() => undefined, 1000);
`;

test("the server does not outlive the npx that started it", async () => {
  const dataDir = await dataFolder();
  const launcher = spawn(process.execPath, ["-e", LAUNCHER], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env["PATH"], PORT: "0", BINCARD_DATA_DIR: dataDir },
  });
  let output = "";
  launcher.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  await until(async () => output.includes("is ready"));
  const server = Number(/^server (\d+)$/m.exec(output)?.[1]);
  onTestFinished(() => {
    if (isRunning(server)) process.kill(server, "SIGKILL");
  });
  launcher.kill("SIGKILL");
  await once(launcher, "exit");
  await until(async () => !isRunning(server));
  expect((await readdir(dataDir)).toSorted()).toEqual(["postgres", "root-token"]);
  const next = await bincard({ BINCARD_DATA_DIR: dataDir });
  expect(await next.ready()).toContain("is ready");
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
