import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
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

test("the shell example prints what is committed, which the README shows", async () => {
  const { stdout } = await promisify(execFile)("sh", ["examples/first-count.sh"], {
    cwd: ROOT,
    env: {
      ...process.env,
      BINCARD: "node --import tsx apps/cli/src/main.ts",
      BINCARD_URL: server.url,
      BINCARD_TOKEN: server.token,
    },
  });
  await expect(steady(stdout)).toMatchFileSnapshot("first-count.out");
  expect(read("README.md")).toContain(read("examples/first-count.out").trim());
}, 120_000);

test("the typed client of the README does what it says", async () => {
  const lines = await typedClient(server.url, server.token);
  expect(lines).toEqual(["IN_STOCK 12", "ADJUSTMENT 12"]);
});
