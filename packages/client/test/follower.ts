import { createBincard } from "@bincard/client";
import { createReplica } from "@bincard/client/replica";
import { sqliteStore } from "@bincard/client/replica/sqlite";
import Database from "libsql";

/** A follower in a process of its own, to be killed: a copy in a SQLite file, kept in step for ever. */
const [url = "", token = "", file = ""] = process.argv.slice(2);
const database = new Database(file);
const replica = createReplica({
  client: createBincard({ url, token, retry: { baseMs: 20, capMs: 200 } }),
  store: sqliteStore(database),
  changes: true,
});
for await (const { position } of replica.follow()) process.stdout.write(`${position}\n`);
