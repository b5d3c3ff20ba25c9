import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { type Served, serveBincard } from "./served.ts";

const EXAMPLES = [
  "follow-feed",
  "low-stock",
  "search-index",
  "mirror-sqlite",
  "tanstack-db",
  "tanstack-query",
  "webhooks",
];
const MINUTES = 60_000;

async function serve(): Promise<Served> {
  const server = await serveBincard();
  onTestFinished(() => server.close());
  return server;
}

/** What an example prints. It fails where the example does. */
async function printed(name: string, server: Served): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bincard-example-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const example = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const words = ["--import", "tsx", example, join(folder, "mirror.sqlite")];
  const { stdout } = await promisify(execFile)("node", words, {
    env: { ...process.env, BINCARD_URL: server.url, BINCARD_TOKEN: server.token },
  });
  return stdout;
}

test.each(EXAMPLES)(
  "%s prints what is committed beside it",
  async (name) => {
    await expect(await printed(name, await serve())).toMatchFileSnapshot(`${name}.out`);
  },
  2 * MINUTES,
);

test(
  "each runs again and again on one ledger, after every other",
  async () => {
    const server = await serve();
    for (const name of EXAMPLES) await printed(name, server);
    // What is about the example's own stock alone is printed to the letter.
    for (const name of ["follow-feed", "tanstack-query", "webhooks"])
      await expect(await printed(name, server)).toMatchFileSnapshot(`${name}.out`);
  },
  5 * MINUTES,
);
