// Square's own SDK, unchanged but for its URL, through a shop's day. Needs a running server and, from the
// environment, BINCARD_URL and BINCARD_TOKEN; what it prints is in square-sdk.out.
import { randomUUID } from "node:crypto";
import { type Square, SquareClient, SquareError } from "square";

const square = new SquareClient({
  environment: process.env["BINCARD_URL"] ?? "http://127.0.0.1:4100",
  token: process.env["BINCARD_TOKEN"] ?? "",
});

/** Ids and times differ from run to run, so that what is printed goes by names. */
const names = new Map<string, string>();
const nameOf = (id: string | null | undefined) => names.get(id ?? "") ?? "?";

async function openShop(name: string): Promise<string> {
  // Names are unique: a second run of this example finds the shop of the first.
  const { locations } = await square.locations.list();
  const known = locations?.find((location) => location.name === name);
  const location = known ?? (await square.locations.create({ location: { name } })).location;
  const id = location?.id ?? "";
  names.set(id, name);
  return id;
}

async function addItem(name: string): Promise<string> {
  const { idMappings } = await square.catalog.object.upsert({
    idempotencyKey: randomUUID(),
    object: {
      type: "ITEM",
      id: "#item",
      itemData: {
        name,
        variations: [
          { type: "ITEM_VARIATION", id: "#variation", itemVariationData: { name: "Regular" } },
        ],
      },
    },
  });
  const made = idMappings?.find(({ clientObjectId }) => clientObjectId === "#variation");
  const id = made?.objectId ?? "";
  names.set(id, name);
  return id;
}

const shop = await openShop("Corner shop");
const cellar = await openShop("Cellar");
const beans = await addItem("Coffee beans");

/** The shop's morning began two hours ago. */
const opened = Date.now() - 2 * 60 * 60 * 1_000;
const at = (minutes: number) => new Date(opened + minutes * 60_000).toISOString();

interface Told {
  readonly quantity: string;
  readonly minute: number;
  readonly to?: string;
}

async function move(from: Square.InventoryState, to: Square.InventoryState, told: Told) {
  return write({
    type: "ADJUSTMENT",
    adjustment: {
      catalogObjectId: beans,
      fromState: from,
      toState: to,
      fromLocationId: shop,
      toLocationId: told.to ?? shop,
      quantity: told.quantity,
      occurredAt: at(told.minute),
    },
  });
}

async function count({ quantity, minute }: Told) {
  return write({
    type: "PHYSICAL_COUNT",
    physicalCount: {
      catalogObjectId: beans,
      state: "IN_STOCK",
      locationId: shop,
      quantity,
      occurredAt: at(minute),
    },
  });
}

async function write(change: Square.InventoryChange) {
  return square.inventory.batchCreateChanges({ idempotencyKey: randomUUID(), changes: [change] });
}

function show(title: string, counts: readonly Square.InventoryCount[] = []) {
  console.log(title);
  const lines = counts.map(
    ({ catalogObjectId, locationId, state, quantity }) =>
      `  ${nameOf(catalogObjectId)} at ${nameOf(locationId)}: ${state} ${quantity}`,
  );
  for (const line of lines.toSorted()) console.log(line);
}

show("receive 100 bags", (await move("NONE", "IN_STOCK", { quantity: "100", minute: 0 })).counts);
show("sell 3", (await move("IN_STOCK", "SOLD", { quantity: "3", minute: 10 })).counts);
show("count: 95 on the shelf", (await count({ quantity: "95", minute: 30 })).counts);
show(
  "a till that was offline reports a sale of 2 from before the count",
  (await move("IN_STOCK", "SOLD", { quantity: "2", minute: 20 })).counts,
);
const wasted = await move("IN_STOCK", "WASTE", { quantity: "2.5", minute: 40 });
show("2.5 spoiled", wasted.counts);

const lastLook = wasted.counts?.[0]?.calculatedAt ?? "";
await move("IN_STOCK", "IN_STOCK", { quantity: "12", minute: 50, to: cellar });
const synced = await square.inventory.batchGetCounts({ updatedAfter: lastLook });
show("12 carried to the cellar; what a sync since the last look finds", synced.data);

console.log("history, newest first, two to a page");
const history = await square.inventory.batchGetChanges({
  catalogObjectIds: [beans],
  sort: { field: "OCCURRED_AT", order: "DESC" },
  limit: 2,
});
for await (const change of history) {
  if (change.type === "ADJUSTMENT") {
    const { quantity, fromState, toState, fromLocationId, toLocationId } = change.adjustment ?? {};
    const from = `${fromState} at ${nameOf(fromLocationId)}`;
    console.log(`  ${quantity}: ${from} -> ${toState} at ${nameOf(toLocationId)}`);
  } else {
    const { quantity, state, locationId } = change.physicalCount ?? {};
    console.log(`  counted ${quantity}: ${state} at ${nameOf(locationId)}`);
  }
}

console.log("selling what was already sold");
try {
  await move("SOLD", "SOLD", { quantity: "1", minute: 60 });
} catch (error) {
  if (!(error instanceof SquareError)) throw error;
  for (const { code, field } of error.errors) console.log(`  ${error.statusCode} ${code} ${field}`);
}
