import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createBincard } from "@bincard/client";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Served, serveBincard } from "./served.ts";
import { typedClient } from "./typed-client.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}/${path}`, "utf8");

let server: Served;
beforeAll(async () => {
  server = await serveBincard();
});
afterAll(async () => server.close());

/** What differs from run to run: the merchant's id within a change's, and the times of receipt. */
function steady(printed: string): string {
  return printed
    .replace(/\bM[0-9A-Z]{12}(?=[0-9A-Z]{11}\b)/g, "M0123456789AB")
    .replace(/\b(?!2024-11-22T)\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2024-11-22T13:45:00.123456Z");
}

const BINCARD = "node --import tsx apps/cli/src/main.ts";

/** What a shell prints that finds the server and the CLI. */
async function inShell(words: readonly string[], { url, token }: Served): Promise<string> {
  const { stdout } = await promisify(execFile)("sh", words, {
    cwd: ROOT,
    env: { ...process.env, BINCARD, BINCARD_URL: url, BINCARD_TOKEN: token },
  });
  return stdout;
}

test("the shell example prints what is committed, which the README shows", async () => {
  const stdout = await inShell(["examples/first-count.sh"], server);
  await expect(steady(stdout)).toMatchFileSnapshot("first-count.out");
  expect(read("README.md")).toContain(read("examples/first-count.out").trim());
  // Again, and where there are several locations, it records there, too.
  await createBincard(server).locations.create({ name: "Cellar" });
  const again = await inShell(["examples/first-count.sh"], server);
  expect(again).toMatch(/^\$ bincard receive MUG-BLUE 100 --at \S+ --location \S+\nITEM /);
  expect(again).toMatch(/ from 9 changes up to position 9: all as they should be\n$/);
}, 240_000);

test("the README's first calls work after its demo", async () => {
  const shop = await serveBincard();
  onTestFinished(() => shop.close());
  const blocks = [...read("README.md").matchAll(/```sh\n([^`]*)```/g)].map(([, text = ""]) => text);
  const calls = blocks.find((text) => text.includes("bincard items create")) ?? "";
  const script = calls.replaceAll("npx -y pnpm@10.34.9 bincard", BINCARD);
  expect(script).not.toBe(calls);
  await inShell(["-c", `${BINCARD} demo --quiet`], shop);
  const printed = await inShell(["-ec", script], shop);
  expect(printed.match(/^MUG-BLUE +Blue mug +Corner shop +IN_STOCK +12 /gm)).toHaveLength(2);
}, 240_000);

test("the typed client of the README does what it says", async () => {
  const lines = await typedClient(server.url, server.token);
  expect(lines).toEqual(["IN_STOCK 12", "ADJUSTMENT 12"]);
});
