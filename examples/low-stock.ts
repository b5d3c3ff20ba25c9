// Reacts to low stock: one alert when a count falls below its mark, and none again until it has recovered. Needs a
// running server and, from the environment, BINCARD_URL and BINCARD_TOKEN; what it prints is in low-stock.out.
import { createBincard } from "@bincard/client";
import { openShop } from "./shop.ts";

const bincard = createBincard({
  url: process.env["BINCARD_URL"] ?? "http://127.0.0.1:4100",
  token: process.env["BINCARD_TOKEN"] ?? "",
});
const MARKS: Readonly<Record<string, number>> = { TEA: 5, MUG: 2 };

/** Remembers who is low, so that each fall is told once. */
const low = new Set<string>();
function check({
  catalogObjectId,
  state,
  quantity,
}: {
  catalogObjectId: string;
  state: string;
  quantity: string;
}): void {
  const mark = MARKS[catalogObjectId];
  if (mark === undefined || state !== "IN_STOCK") return;
  // A comparison with a mark may be rough; what is booked never is.
  if (Number(quantity) >= mark) low.delete(catalogObjectId);
  else if (!low.has(catalogObjectId)) {
    low.add(catalogObjectId);
    console.log(`order ${catalogObjectId}: ${quantity} left, mark ${mark}`);
  }
}

// A place first, then the counts as they are, then what happens from that place on: nothing falls between.
const shop = await openShop(bincard, { TEA: "Tea", MUG: "Mug" });
const { cursor } = await bincard.feed.locate();
for await (const count of bincard.counts.list.each({ states: ["IN_STOCK"] })) check(count);

const watching = new AbortController();
const watch = (async () => {
  const { signal } = watching;
  for await (const { counts } of bincard.feed.follow({ after: cursor }, { signal }))
    for (const count of counts) check(count);
})().catch(() => undefined);

await shop.receive("TEA", "12");
await shop.receive("MUG", "3");
await bincard.waitFor(await shop.sell("TEA", "8"));
await bincard.waitFor(await shop.sell("TEA", "1"));
await bincard.waitFor(await shop.receive("TEA", "20"));
await bincard.waitFor(await shop.sell("MUG", "2"));
await bincard.waitFor(await shop.sell("TEA", "19"));
watching.abort();
await watch;
