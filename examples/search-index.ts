// Keeps a search index in step: "what is in stock?" is answered by the index alone, which goes on from its own cursor
// after it was down. Needs a running server and, from the environment, BINCARD_URL and BINCARD_TOKEN; what it prints
// is in search-index.out.
import { createBincard, type FeedPage } from "@bincard/client";
import { openShop } from "./shop.ts";

const bincard = createBincard({
  url: process.env["BINCARD_URL"] ?? "http://127.0.0.1:4100",
  token: process.env["BINCARD_TOKEN"] ?? "",
});

/** Stands for a search engine: documents, and the cursor they are true at, written together. */
const index = { documents: new Map<string, { inStock: boolean }>(), cursor: "" };

function apply({ counts, cursor }: FeedPage): void {
  for (const { catalogObjectId, state, quantity } of counts)
    if (state === "IN_STOCK")
      index.documents.set(catalogObjectId, { inStock: !/^(-|0$)/.test(quantity) });
  index.cursor = cursor;
}

/** Reads on from where the index is. Run it again whenever it was interrupted: it loses and repeats nothing. */
async function catchUp(): Promise<void> {
  for (let more = true; more;) {
    const after = index.cursor === "" ? {} : { after: index.cursor };
    const page = await bincard.feed.read({ ...after, limit: 1_000 });
    apply(page);
    more = page.more;
  }
}

function search(): string {
  const found = [...index.documents].filter(([, { inStock }]) => inStock).map(([id]) => id);
  return found.toSorted().join(", ");
}

const shop = await openShop(bincard, { TEA: "Tea", MUG: "Mug", TIN: "Tin" });
await shop.receive("TEA", "3");
await shop.receive("MUG", "1");
await catchUp();
console.log(`in stock: ${search()}`);

// The index is down for a while.
await shop.sell("MUG", "1");
await shop.receive("TIN", "0.5");
await catchUp();
console.log(`in stock: ${search()}`);
