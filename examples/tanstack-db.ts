// A live query over every count with @tanstack/db, and an adjustment that shows at once. Needs a running server and,
// from the environment, BINCARD_URL and BINCARD_TOKEN; what it prints is in tanstack-db.out.
import { createBincard } from "@bincard/client";
import { adjustAction, countKey, countsCollection } from "@bincard/client/tanstack-db";
import { createCollection, createLiveQueryCollection, gt } from "@tanstack/db";
import { openShop } from "./shop.ts";

const bincard = createBincard({
  url: process.env["BINCARD_URL"] ?? "http://127.0.0.1:4100",
  token: process.env["BINCARD_TOKEN"] ?? "",
});
const { locationId, receive } = await openShop(bincard, { TEA: "Tea", MUG: "Mug" });
await receive("TEA", "12");

const counts = createCollection(countsCollection({ client: bincard }));
const inStock = createLiveQueryCollection({
  startSync: true,
  query: (q) => q.from({ count: counts }).where(({ count }) => gt(count.quantity, "0")),
});
await inStock.preload();
const key = countKey({ catalogObjectId: "TEA", locationId, state: "IN_STOCK" });
const show = (when: string) =>
  console.log(`${when}: tea ${counts.get(key)?.quantity ?? "none"}, ${inStock.size} in stock`);
show("at first");

// Somebody else receives mugs.
await counts.utils.waitFor(await receive("MUG", "3"));
show("mugs came");

const adjust = adjustAction({ client: bincard, collection: counts });
const sale = {
  catalogObjectId: "TEA",
  locationId,
  fromState: "IN_STOCK",
  toState: "SOLD",
} as const;
const sold = adjust({ ...sale, quantity: "2.5" });
show("sold, not yet answered");
await sold.isPersisted.promise;
show("answered");

const refused = adjust({ ...sale, quantity: "1", occurredAt: "2999-01-01T00:00:00Z" });
const refusal = refused.isPersisted.promise.catch(() => "refused");
show("an impossible sale");
console.log(await refusal);
show("taken back");
await inStock.cleanup();
await counts.cleanup();
