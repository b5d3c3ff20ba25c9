// The feed in eight lines: what is committed arrives here, once and in order, through every cut. Needs a running
// server and, from the environment, BINCARD_URL and BINCARD_TOKEN; what it prints is in follow-feed.out.
import { createBincard } from "@bincard/client";
import { openShop } from "./shop.ts";

const url = process.env["BINCARD_URL"] ?? "http://127.0.0.1:4100";
const token = process.env["BINCARD_TOKEN"] ?? "";

const bincard = createBincard({ url, token });
const shop = await openShop(bincard, { TEA: "Tea" });
const { cursor } = await bincard.feed.locate();
await shop.receive("TEA", "12");
const sold = await shop.sell("TEA", "2.5");
for await (const { changes, counts, position } of bincard.feed.follow({ after: cursor })) {
  for (const { type, quantity } of changes) console.log(`${type} of ${quantity}`);
  for (const { state, quantity } of counts) console.log(`  now ${quantity} ${state}`);
  if (position >= sold) break;
}
