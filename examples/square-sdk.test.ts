import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serveBincard } from "./served.ts";

const EXAMPLE = fileURLToPath(new URL("square-sdk.ts", import.meta.url));

let server: Served;
beforeAll(async () => {
  server = await serveBincard();
});
afterAll(async () => server.close());

test("Square's SDK goes through a shop's day", async () => {
  const { stdout } = await promisify(execFile)("node", ["--import", "tsx", EXAMPLE], {
    env: { ...process.env, BINCARD_URL: server.url, BINCARD_TOKEN: server.token },
  });
  await expect(stdout).toMatchFileSnapshot("square-sdk.out");
}, 120_000);
