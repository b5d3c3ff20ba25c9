import type { Bincard } from "@bincard/client";

/** A shop for the examples that follow its feed: one location, some items, and people who move stock. */
export interface Shop {
  readonly locationId: string;
  /** Each answers the position its change was recorded at. */
  receive(item: string, quantity: string): Promise<number>;
  sell(item: string, quantity: string): Promise<number>;
}

/** The examples share their items, and each begins with empty shelves, however often it has run before. */
export async function openShop(bincard: Bincard, items: Readonly<Record<string, string>>) {
  const { locations } = await bincard.locations.list();
  const locationId = locations[0]?.id ?? "";
  const ids = Object.keys(items);
  const { objects: known } = await bincard.catalog.list({ ids });
  const missing = Object.entries(items).filter(([id]) => known.every((object) => object.id !== id));
  if (missing.length > 0)
    await bincard.catalog.upsert({
      objects: missing.map(([id, name]) => ({
        type: "ITEM",
        id: `${id}-item`,
        name,
        variations: [{ id, name: "Regular" }],
      })),
    });
  // A count that finds what is there changes nothing: of a new ledger this leaves no trace.
  await bincard.changes.create({
    changes: ids.map((catalogObjectId) => ({
      type: "PHYSICAL_COUNT",
      catalogObjectId,
      locationId,
      state: "IN_STOCK",
      quantity: "0",
      occurredAt: new Date().toISOString(),
    })),
  });
  const move =
    (fromState: "NONE" | "IN_STOCK", toState: "IN_STOCK" | "SOLD") =>
    async (catalogObjectId: string, quantity: string) => {
      const occurredAt = new Date().toISOString();
      const change = { catalogObjectId, locationId, fromState, toState, quantity, occurredAt };
      const { position } = await bincard.changes.create({
        changes: [{ type: "ADJUSTMENT", ...change }],
      });
      return position;
    };
  const shop: Shop = {
    locationId,
    receive: move("NONE", "IN_STOCK"),
    sell: move("IN_STOCK", "SOLD"),
  };
  return shop;
}
