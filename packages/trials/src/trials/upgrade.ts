import { readdir, readFile } from "node:fs/promises";
import { migrate } from "@bincard/core";
import { type Fixture, load } from "../fixture.ts";
import type { KeyedQuantity } from "../history.ts";
import { apply, type Migration, readMigrations } from "../migrations.ts";
import { serve } from "../stage.ts";
import { makeDatabase, superuser } from "../superuser.ts";
import type { Report, Trial } from "../trial.ts";
import { clientOf, readCounts, readLog } from "../trpc-door.ts";

const FOLDER = new URL("../../fixtures/", import.meta.url);

/**
 * Ledgers that earlier versions wrote, brought to every migration since and stopped there, then upgraded by
 * the product: the same log, the same counts, nothing to verify, and work goes on.
 */
export const upgrade: Trial = {
  name: "upgrade",
  promise:
    "L8: a database of every earlier migration, with data, migrates forward and verifies clean",
  async run({ serverUrl }): Promise<Report> {
    const migrations = await readMigrations();
    const findings: string[] = [];
    let upgrades = 0;
    for (const file of await readdir(FOLDER)) {
      const fixture = JSON.parse(await readFile(new URL(file, FOLDER), "utf8")) as Fixture;
      const born = migrations.findIndex(({ tag }) => tag === fixture.tag);
      if (born === -1) throw new Error(`${file} was made with a migration that is not there`);
      for (let state = born; state < migrations.length; state++) {
        const from = { fixture, born, state };
        const found = await upgradeFrom(serverUrl, migrations, from);
        const name = `${fixture.tag} at ${migrations[state]?.tag ?? ""}`;
        findings.push(...found.map((each) => `${name}: ${each}`));
        upgrades++;
      }
    }
    return { figures: { upgrades }, findings };
  },
};

async function upgradeFrom(
  serverUrl: string,
  migrations: readonly Migration[],
  { fixture, born, state }: { fixture: Fixture; born: number; state: number },
): Promise<string[]> {
  const database = await makeDatabase(serverUrl);
  try {
    const owner = superuser(database.url, { sessions: 1 });
    try {
      await apply(owner, migrations.slice(0, born + 1));
      await load(owner, fixture);
      await apply(owner, migrations.slice(born + 1, state + 1));
    } finally {
      await owner.close();
    }
    await migrate(database.url);
    return await judge(database.url, fixture);
  } finally {
    await database.drop();
  }
}

async function judge(databaseUrl: string, { merchants }: Fixture): Promise<string[]> {
  const served = await serve(databaseUrl);
  const findings: string[] = [];
  const same = (what: string, found: unknown, expected: unknown) => {
    if (JSON.stringify(found) !== JSON.stringify(expected)) findings.push(`${what} differs`);
  };
  try {
    for (const { token, log, counts } of merchants) {
      const client = clientOf({ url: served.urls[0] ?? "", token });
      same("the log", await readLog(client), log);
      // Versions differ in how they order the counts of one batch.
      same("the counts", byKey(await readCounts(client)), byKey(counts));
      const verified = await client.ledger.verify({});
      findings.push(...verified.findings.map((each) => `DRIFT: ${JSON.stringify(each)}`));
      const [count] = counts;
      const [catalogObjectId = "", locationId = ""] = count?.key.split(" ") ?? [];
      const occurredAt = new Date().toISOString();
      const written = await client.changes.create({
        changes: [
          {
            type: "PHYSICAL_COUNT",
            catalogObjectId,
            locationId,
            state: "WASTE",
            quantity: "4711",
            occurredAt,
          },
        ],
      });
      same("the next position", written.position, log.length + 1);
      const again = await client.ledger.verify({});
      findings.push(...again.findings.map((each) => `DRIFT: ${JSON.stringify(each)}`));
    }
    return findings;
  } finally {
    await served.close();
  }
}

const byKey = (counts: readonly KeyedQuantity[]): KeyedQuantity[] =>
  counts.toSorted((a, b) => (a.key < b.key ? -1 : 1));
