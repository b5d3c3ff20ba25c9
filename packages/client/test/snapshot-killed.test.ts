import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Bincard, createBincard } from "@bincard/client";
import { createReplica } from "@bincard/client/replica";
import { sqliteStore } from "@bincard/client/replica/sqlite";
import { makeToken } from "@bincard/core";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import Database from "libsql";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { freePort, mortal, ready } from "./mortal.ts";
import { received } from "./stage.ts";

const ITEMS = 6_000;
const KILLS = 3;
const SCALING = new URL("../../../docs/scaling.md", import.meta.url);

/** Runs a recipe of `docs/scaling.md`, for a range that ends at this position. */
async function partition(databaseUrl: string, recipe: string, end: number): Promise<void> {
  const text = await readFile(SCALING, "utf8");
  const [, found = ""] = new RegExp(`\`\`\`sql\\n(-- ${recipe}:[^]*?)\`\`\``).exec(text) ?? [];
  expect(found).not.toBe("");
  const said = found.replaceAll("200000000", "1000000000").replaceAll("100000000", String(end));
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  const statements = recipe === "partition" ? [said] : said.split(/;\n/);
  for (const statement of statements) if (statement.trim() !== "") await sql.unsafe(statement);
  await sql.end();
}

/** A shop with something of everything; answers its location. */
async function stock(bincard: Bincard): Promise<string> {
  const ids = Array.from({ length: ITEMS }, (_, n) => `V${n}`);
  const objects = Array.from({ length: ITEMS / 200 }, (_, n) => {
    const variations = ids.slice(n * 200, n * 200 + 200).map((id) => ({ id, name: id }));
    return { type: "ITEM" as const, id: `I${n}`, name: `I${n}`, variations };
  });
  await bincard.catalog.upsert({ objects });
  const { location } = await bincard.locations.create({ name: "Shop" });
  for (let at = 0; at < ids.length; at += 1_000)
    await bincard.changes.create({
      changes: ids
        .slice(at, at + 1_000)
        .map((catalogObjectId) => received({ catalogObjectId, locationId: location.id }, "1")),
    });
  return location.id;
}

test("L9: killed in its snapshot, archived behind its back: the copy ends equal, writers never pause", async () => {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), "bincard-snapshot-"));
  onTestFinished(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
  const token = makeToken();
  const port = String(await freePort());
  const env = { DATABASE_URL: database.url, BINCARD_ROOT_TOKEN: token, LOG_LEVEL: "fatal" };
  const unlimited = { BINCARD_RATE_LIMIT_READS: "off", BINCARD_RATE_LIMIT_WRITES: "off" };
  mortal(["apps/server/src/main.ts"], { ...env, ...unlimited, PORT: port });
  const url = `http://127.0.0.1:${port}`;
  await ready(url);
  const bincard = createBincard({ url, token });
  const location = await stock(bincard);
  const writer = mortal(["packages/client/test/writer.ts", url, token, location, String(ITEMS)]);
  const file = join(folder, "copy.sqlite");
  const store = sqliteStore(new Database(file));
  await store.open();
  const follower = mortal(["packages/client/test/follower.ts", url, token, file]);

  /** Kills the follower between pages of a snapshot, so often; then lets it finish. */
  const killInSnapshot = async () => {
    let last = "";
    for (let kills = 0; kills < KILLS; await sleep(2)) {
      const { snapshot = "" } = (await store.open()) ?? {};
      if (snapshot === "" || snapshot === last) continue;
      last = snapshot;
      kills += 1;
      await follower.dieAndLive();
      expect(await store.open()).toMatchObject({ snapshot: expect.stringMatching(/./) });
    }
  };
  const inStep = async (position: number) => {
    for (;;) {
      const place = await store.open();
      if (place?.snapshot === "" && place.position >= position) return place;
      await sleep(10);
    }
  };
  await killInSnapshot();
  const begun = await inStep((await bincard.feed.locate()).position);
  expect(begun.since).toBeGreaterThanOrEqual(ITEMS);

  // While it is away, a range of history goes that it would have to read.
  await follower.kill();
  const away = (await store.open())?.position ?? 0;
  const end = away + 3_000;
  await partition(database.url, "bound", end);
  await partition(database.url, "partition", end);
  await partition(database.url, "range", end);
  while ((await bincard.feed.locate()).position < end + 100) await sleep(10);
  await partition(database.url, "detach", end);
  await follower.dieAndLive();
  await killInSnapshot();
  const again = await inStep((await bincard.feed.locate()).position);
  expect(again.since).toBeGreaterThan(end);

  await writer.kill();
  const { position } = await bincard.feed.locate();
  await inStep(position);
  await follower.kill();
  const replica = createReplica({ client: bincard, store });
  expect(await replica.prove()).toMatchObject({ position, isEqual: true });
}, 240_000);
