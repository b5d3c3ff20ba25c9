import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createBincard } from "@bincard/client";
import { createReplica } from "@bincard/client/replica";
import { sqliteStore } from "@bincard/client/replica/sqlite";
import { makeToken } from "@bincard/core";
import { testDatabase } from "@bincard/embedded-postgres/testing";
import Database from "libsql";
import { expect, onTestFinished, test } from "vitest";
import { freePort, mortal, ready } from "./mortal.ts";
import { makeShelf, received } from "./stage.ts";

const ROUNDS = 6;

test("L9: servers and follower are killed at random: the copy ends equal to the ledger", async () => {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), "bincard-killed-"));
  onTestFinished(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
  const token = makeToken();
  const serve = async () => {
    const port = String(await freePort());
    const env = { DATABASE_URL: database.url, BINCARD_ROOT_TOKEN: token, LOG_LEVEL: "fatal" };
    const server = mortal(["apps/server/src/main.ts"], { ...env, PORT: port });
    return { ...server, url: `http://127.0.0.1:${port}` };
  };
  const servers = [await serve(), await serve()] as const;
  await Promise.all(servers.map(({ url }) => ready(url)));
  const patient = { attempts: 200, baseMs: 20, capMs: 200 };
  const clients = servers.map(({ url }) => createBincard({ url, token, retry: patient }));
  const shelf = await makeShelf(clients[0]!);
  const file = join(folder, "copy.sqlite");
  const follower = mortal(["packages/client/test/follower.ts", servers[1].url, token, file, "all"]);

  let isWriting = true;
  let acknowledged = 0;
  const writers = clients.map(async ({ changes }) => {
    while (isWriting) {
      await changes.create({ changes: [received(shelf, "1"), received(shelf, "0.5")] });
      acknowledged += 2;
      await sleep(2);
    }
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    await sleep(300 + Math.random() * 700);
    const victim = [follower, servers[1], follower, servers[0]][round % 4] ?? follower;
    await victim.dieAndLive();
    await Promise.all(servers.map(({ url }) => ready(url)));
  }
  isWriting = false;
  await Promise.all(writers);

  const { position } = await clients[0]!.feed.locate();
  expect(position).toBeGreaterThanOrEqual(acknowledged);
  const copy = new Database(file);
  copy.exec("pragma busy_timeout = 5000");
  const at = () => Object(copy.prepare("select position from bincard_place").get())["position"];
  while (at() !== position) await sleep(20);
  await follower.kill();
  const kept = copy.prepare("select position from bincard_changes order by position").all();
  expect(kept.map((row) => Object(row)["position"])).toEqual(
    Array.from({ length: position }, (_, index) => index + 1),
  );
  const replica = createReplica({ client: clients[1]!, store: sqliteStore(copy) });
  expect(await replica.prove()).toMatchObject({ position, isEqual: true });
  copy.close();
}, 240_000);
