import { operations } from "@bincard/contracts";
import { test } from "vitest";
import { newKey, openWorld, parse } from "./world.ts";
test("profile", async () => {
  const world = await openWorld();
  const objects = Array.from({ length: 10_000 }, (_, item) => ({
      type: "ITEM", id: `many-${item}`, name: "Many", variations: [{ id: `v-${item}`, name: "V", sku: `${item}` }],
  }));
  let t = performance.now();
  const lap = (n: string) => { process.stdout.write(`${n} ${Math.round(performance.now() - t)}\n`); t = performance.now(); };
  const given = parse(operations.catalog.upsert, { idempotencyKey: newKey(), objects });
  lap("parse");
  await world.ledger.catalog.upsert(world.root, given);
  lap("upsert");
  await world.ledger.catalog.upsert(world.root, given);
  lap("replay");
  await world.close();
}, 120_000);
