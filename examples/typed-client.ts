import { createBincard } from "@bincard/client";

/** Receives twelve of an item and prints what is there and why. */
export async function typedClient(url: string, token: string): Promise<string[]> {
  const bincard = createBincard({ url, token });
  const { locations } = await bincard.locations.list();
  const { idMappings } = await bincard.catalog.upsert({
    objects: [
      { type: "ITEM", id: "#tea", name: "Tea", variations: [{ id: "#tin", name: "Tin of 100 g" }] },
    ],
  });
  const locationId = locations[0]?.id ?? "";
  const catalogObjectId = idMappings.find((each) => each.clientObjectId === "#tin")?.objectId ?? "";
  const { counts } = await bincard.changes.create({
    changes: [
      {
        type: "ADJUSTMENT",
        catalogObjectId,
        locationId,
        fromState: "NONE",
        toState: "IN_STOCK",
        quantity: "12",
        occurredAt: new Date().toISOString(),
      },
    ],
  });
  const lines = counts.map(({ state, quantity }) => `${state} ${quantity}`);
  for await (const change of bincard.changes.ofObject.each({ catalogObjectId }))
    lines.push(`${change.type} ${change.quantity}`);
  return lines;
}
