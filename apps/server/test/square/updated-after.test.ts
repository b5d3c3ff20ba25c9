import { randomUUID } from "node:crypto";
import { type Principal, operations, parseOrRefuse } from "@bincard/contracts";
import { type OpenLedger, openLedger } from "@bincard/core";
import { type Square, SquareClient } from "square";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Listening } from "../../src/listen.ts";
import { openWorld, type World } from "./world.ts";

/**
 * L9 at the Square door. Square's advice for staying in step: page until the cursor ends, remember the newest
 * `calculated_at`, ask again with it as `updated_after`. Writers at two servers never pause meanwhile.
 */
const VARIATIONS = 40;
const PASSES = 25;

let world: World;
let other: OpenLedger;
let served: Listening;
let square: SquareClient;
let root: Principal;
let shop: string;
const items: string[] = [];
beforeAll(async () => {
  world = await openWorld();
  other = openLedger({ databaseUrl: world.databaseUrl });
  served = await world.serve();
  square = new SquareClient({ token: world.token, environment: served.url });
  root = await world.ledger.authenticate(world.token);
  shop = (await square.locations.list()).locations?.[0]?.id ?? "";
  const objects = Array.from({ length: VARIATIONS }, (_, n) => ({
    type: "ITEM",
    id: `ITEM-${n}`,
    name: `No ${n}`,
    variations: [{ id: `V-${n}`, name: "Regular" }],
  }));
  const input = { idempotencyKey: randomUUID(), objects };
  await world.ledger.catalog.upsert(root, parseOrRefuse(operations.catalog.upsert.input, input));
  for (let n = 0; n < VARIATIONS; n += 1) items.push(`V-${n}`);
});
afterAll(async () => {
  await served.close();
  await other.close();
  await world.close();
});

/** Now and then a late change, a waste or a count; several keys a batch. */
async function writeOne(ledger: OpenLedger, n: number): Promise<void> {
  const changes = Array.from({ length: 1 + (n % 4) }, (_, index) => {
    const catalogObjectId = items[(n * 7 + index * 13) % items.length] ?? "";
    const occurredAt = new Date(Date.now() - (n % 3) * 60_000).toISOString();
    const common = { catalogObjectId, locationId: shop, quantity: "1", occurredAt };
    if (n % 11 === 0 && index === 0)
      return { type: "PHYSICAL_COUNT", state: "IN_STOCK", ...common };
    const toState = n % 5 === 0 ? "WASTE" : "IN_STOCK";
    const fromState = toState === "WASTE" ? "IN_STOCK" : "NONE";
    return { type: "ADJUSTMENT", fromState, toState, ...common };
  });
  const input = { idempotencyKey: randomUUID(), changes };
  await ledger.changes.create(root, parseOrRefuse(operations.changes.create.input, input));
}

/** Keeps asking as Square advises; answers a pass that ends where the cursors end. */
function copier() {
  const copy = new Map<string, string>();
  let newest: string | undefined;
  const rows = { told: 0, pages: 0 };
  const pass = async () => {
    let newestNow = newest;
    let page = await square.inventory.batchGetCounts({
      limit: 7,
      ...(newest === undefined ? {} : { updatedAfter: newest }),
    });
    for (;;) {
      rows.pages += 1;
      for (const count of page.data) {
        rows.told += 1;
        const { calculatedAt = "" } = count;
        if (newestNow === undefined || microsOf(calculatedAt) > microsOf(newestNow))
          newestNow = calculatedAt;
        copy.set(keyOf(count), `${count.quantity ?? ""} ${count.calculatedAt ?? ""}`);
      }
      if (!page.hasNextPage()) break;
      page = await page.getNextPage();
    }
    newest = newestNow;
  };
  return { copy, pass, rows };
}

/** The same of changes, which are listed by when they happened, by the newest `created_at`. */
function historian() {
  const ids: string[] = [];
  let newest: string | undefined;
  const pass = async () => {
    let newestNow = newest;
    let page = await square.inventory.batchGetChanges({
      limit: 50,
      ...(newest === undefined ? {} : { updatedAfter: newest }),
    });
    for (;;) {
      for (const { id, createdAt } of page.data.map(saidOf)) {
        ids.push(id);
        if (newestNow === undefined || microsOf(createdAt) > microsOf(newestNow))
          newestNow = createdAt;
      }
      if (!page.hasNextPage()) break;
      page = await page.getNextPage();
    }
    newest = newestNow;
  };
  return { ids, pass };
}

function saidOf({ adjustment, physicalCount }: Square.InventoryChange) {
  const { id = "", createdAt = "" } = adjustment ?? physicalCount ?? {};
  return { id, createdAt };
}

const keyOf = (count: Square.InventoryCount) =>
  `${count.catalogObjectId ?? ""} ${count.locationId ?? ""} ${count.state ?? ""}`;

/** Times of the wire compared by what they say, to the microsecond. */
function microsOf(time: string): bigint {
  const [, seconds = "", fraction = ""] = /^(.{19})(?:\.(\d+))?Z$/.exec(time) ?? [];
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000n + BigInt(fraction.padEnd(6, "0") || 0);
}

test("L9: whoever follows Square's advice ends equal to the ledger, though writers never pause", async () => {
  let isWriting = true;
  let written = 0;
  const write = async (ledger: OpenLedger, seed: number) => {
    for (let n = seed; isWriting; n += 6) {
      await writeOne(ledger, n);
      written += 1;
    }
  };
  const writers = [0, 1, 2, 3, 4, 5].map((seed) =>
    write(seed % 2 === 0 ? world.ledger : other, seed),
  );
  const { copy, pass, rows } = copier();
  const history = historian();
  for (let n = 0; n < PASSES; n += 1) await Promise.all([pass(), history.pass()]);
  isWriting = false;
  await Promise.all(writers);
  const writtenMeanwhile = written;
  await Promise.all([pass(), history.pass()]);
  const recorded: string[] = [];
  for await (const change of await square.inventory.batchGetChanges({ limit: 1_000 }))
    recorded.push(saidOf(change).id);
  expect(history.ids.toSorted()).toEqual(recorded.toSorted());
  const ledger = new Map<string, string>();
  for await (const count of await square.inventory.batchGetCounts({ limit: 1_000 }))
    ledger.set(keyOf(count), `${count.quantity ?? ""} ${count.calculatedAt ?? ""}`);
  expect(copy).toEqual(ledger);
  expect(ledger.size).toBeGreaterThan(VARIATIONS);
  // It was a busy time, and the passes were no full readings in disguise.
  expect(writtenMeanwhile).toBeGreaterThan(PASSES * 2);
  expect(rows.pages).toBeGreaterThan(PASSES);
});
