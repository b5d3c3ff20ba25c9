import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { serveBincard } from "./served.ts";

test.each([
  "follow-feed",
  "low-stock",
  "search-index",
  "mirror-sqlite",
  "tanstack-db",
  "tanstack-query",
  "webhooks",
])(
  "%s prints what is committed beside it",
  async (name) => {
    const server = await serveBincard();
    onTestFinished(() => server.close());
    const folder = await mkdtemp(join(tmpdir(), "bincard-example-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const example = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
    const words = ["--import", "tsx", example, join(folder, "mirror.sqlite")];
    const { stdout } = await promisify(execFile)("node", words, {
      env: { ...process.env, BINCARD_URL: server.url, BINCARD_TOKEN: server.token },
    });
    await expect(stdout).toMatchFileSnapshot(`${name}.out`);
  },
  120_000,
);
