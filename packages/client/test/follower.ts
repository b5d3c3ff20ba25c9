import { setTimeout as sleep } from "node:timers/promises";
import { createBincard, type Fetch } from "@bincard/client";
import { createReplica } from "@bincard/client/replica";
import { sqliteStore } from "@bincard/client/replica/sqlite";
import Database from "libsql";

/**
 * A follower in a process of its own, to be killed: a copy in a SQLite file, kept in step for ever. With "all"
 * it has all of history, else it begins with a snapshot, over a line that takes its time for each page.
 */
const [url = "", token = "", file = "", changes = ""] = process.argv.slice(2);
const slowly: Fetch = async (address, init) => {
  if (address.endsWith("feed.snapshot")) await sleep(40);
  return fetch(address, init);
};
const replica = createReplica({
  client: createBincard({ url, token, fetch: slowly, retry: { baseMs: 20, capMs: 200 } }),
  store: sqliteStore(new Database(file)),
  changes: changes === "all" ? "all" : true,
});
for await (const { position } of replica.follow()) process.stdout.write(`${position}\n`);
