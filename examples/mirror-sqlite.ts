// Mirrors the ledger into SQLite, and proves the mirror. Needs a running server and, from the environment, BINCARD_URL
// and BINCARD_TOKEN; takes the file as its argument; what it prints is in mirror-sqlite.out.
import { createBincard } from "@bincard/client";
import { createReplica } from "@bincard/client/replica";
import { sqliteStore } from "@bincard/client/replica/sqlite";
import Database from "libsql";
import { openShop } from "./shop.ts";

const bincard = createBincard({
  url: process.env["BINCARD_URL"] ?? "http://127.0.0.1:4100",
  token: process.env["BINCARD_TOKEN"] ?? "",
});
const database = new Database(process.argv[2] ?? "mirror.sqlite");
const replica = createReplica({ client: bincard, store: sqliteStore(database), changes: "all" });

const shop = await openShop(bincard, { TEA: "Tea", MUG: "Mug" });
await shop.receive("TEA", "12");
await shop.receive("MUG", "4");
await shop.sell("TEA", "0.1");
await shop.sell("TEA", "0.2");
await replica.sync();

const rows = database
  .prepare("select catalog_object_id as item, quantity from bincard_counts order by item")
  .all();
for (const row of rows) console.log(JSON.stringify(row));
const { position, isEqual, copy } = await replica.prove();
console.log(`position ${position}, ${copy.counts} counts, equal to the ledger: ${isEqual}`);
database.close();
