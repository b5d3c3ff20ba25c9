import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWorld, type World } from "./world.ts";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const ROWS = 6_000;

let world: World;
let words: string[];
beforeEach(async () => {
  world = await openWorld();
  const rows = Array.from({ length: ROWS }, (_, index) => `${index},2026-01-02,SKU-${index % 7},1`);
  await world.file("big.csv", `Order,Date,SKU,Qty\n${rows.join("\n")}\n`);
  const map = {
    version: 1,
    item: { sku: "{SKU}", create: true },
    location: { name: "Main" },
    time: { from: "{Date}", formats: ["YYYY-MM-DD"] },
    opening: { quantity: "1000" },
    changes: [{ kind: "sell", quantity: "{Qty}", reference: "{Order}" }],
  };
  await world.file("big.map.json", JSON.stringify(map));
  const [csv, mapFile] = [join(world.folder, "big.csv"), join(world.folder, "big.map.json")];
  words = ["import", "csv", csv, "--map", mapFile];
});
afterEach(async () => world.end());

/** A real process, stopped by the signal once it has written something but not everything. */
async function stopMidway(signal: NodeJS.Signals) {
  const child = spawn(process.execPath, ["--import", "tsx", "src/main.ts", ...words], {
    cwd: HERE,
    env: { ...process.env, ...world.env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const exited = once(child, "close");
  while (child.exitCode === null && (await world.client.ledger.verify({})).changes < 300)
    await sleep(5);
  child.kill(signal);
  const [code, killedBy]: unknown[] = await exited;
  const { changes } = await world.client.ledger.verify({});
  return { code, killedBy, stderr, changes };
}

/** Every row once: seven openings of 1,000 less what was sold. */
async function expectWhole(): Promise<void> {
  const { changes, findingCount } = await world.client.ledger.verify({});
  expect({ changes, findingCount }).toEqual({ changes: ROWS + 7, findingCount: 0 });
  const { counts } = await world.client.counts.list();
  const sold = counts.map(({ quantity }) => 1_000 - Number(quantity)).toSorted((a, b) => a - b);
  expect(sold).toEqual([857, 857, 857, 857, 857, 857, 858]);
}

test("L6: killed in the middle, the same command goes on and doubles nothing", async () => {
  const killed = await stopMidway("SIGKILL");
  expect(killed.killedBy).toBe("SIGKILL");
  expect(killed.changes).toBeLessThan(ROWS + 7);
  const resumed = await world.type([...words, "--json"]);
  expect(resumed.code).toBe(0);
  const summary: { imported: number; alreadyThere: number } = JSON.parse(resumed.stdout);
  expect(summary.imported).toBeGreaterThan(0);
  expect(summary.alreadyThere).toBeGreaterThan(0);
  expect(summary.imported + summary.alreadyThere).toBe(ROWS);
  await expectWhole();
});

test("130: Ctrl-C finishes the batch and prints the command that goes on", async () => {
  const stopped = await stopMidway("SIGINT");
  expect(stopped.code).toBe(130);
  const said =
    /stopped after (\d+) of 6000 rows; to go on, without doubling any:\n {2}bincard (.*)\n/;
  const [, rows, command] = said.exec(stopped.stderr) ?? [];
  // What it says it did is what the ledger has: the batch under way was finished.
  expect(stopped.changes).toBe(Number(rows) + 7);
  expect(stopped.stderr).toMatch(/error\[INTERRUPTED\]: interrupted\n$/);
  expect(command?.split(" ")).toEqual(words);
  expect((await world.type(words)).code).toBe(0);
  await expectWhole();
});
