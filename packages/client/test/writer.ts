import { createBincard } from "@bincard/client";
import { received } from "./stage.ts";

/** A writer in a process of its own that never pauses: batches on shelves anywhere. */
const [url = "", token = "", locationId = "", items = ""] = process.argv.slice(2);
const bincard = createBincard({ url, token, retry: { attempts: 200, baseMs: 20, capMs: 200 } });
const anyShelf = () => {
  const catalogObjectId = `V${Math.floor(Math.random() * Number(items))}`;
  return { catalogObjectId, locationId };
};
for (;;) {
  const changes = Array.from({ length: 10 }, () => received(anyShelf(), "1"));
  await bincard.changes.create({ changes });
}
