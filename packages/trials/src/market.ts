import type { Bincard } from "@bincard/client";
import { clientOf } from "./trpc-door.ts";

/** A merchant with things to count and places to put them. */
export interface Merchant {
  readonly id: string;
  readonly token: string;
  readonly items: readonly string[];
  readonly locations: readonly string[];
}

const SCOPES = [
  "INVENTORY_READ",
  "INVENTORY_WRITE",
  "INVENTORY_BACKDATE",
  "ITEMS_READ",
  "ITEMS_WRITE",
  "MERCHANT_PROFILE_READ",
  "MERCHANT_PROFILE_WRITE",
] as const;

export interface MarketSize {
  readonly merchants: number;
  readonly items: number;
  readonly locations: number;
}

/**
 * Makes merchants through the server's own door. They all choose the same ids for what is theirs, so that a
 * wall with a hole shows (L11).
 */
export async function openMarket(
  { url, rootToken }: { url: string; rootToken: string },
  size: MarketSize,
): Promise<Merchant[]> {
  const root = clientOf({ url, token: rootToken, attempts: 5 });
  const made: Merchant[] = [];
  for (let index = 0; index < size.merchants; index++)
    made.push(await open(root, { url, index, size }));
  return made;
}

async function open(
  root: Bincard,
  { url, index, size }: { url: string; index: number; size: MarketSize },
): Promise<Merchant> {
  const { merchant } = await root.merchants.create({ name: `Merchant ${index}` });
  const { token } = await root.tokens.create({
    merchantId: merchant.id,
    application: { name: `Till of ${index}` },
    scopes: [...SCOPES],
  });
  const client = clientOf({ url, token, attempts: 5 });
  const items = Array.from({ length: size.items }, (_, at) => `ITEM-${at}-V`);
  await client.catalog.upsert({
    objects: items.map((id, at) => ({
      type: "ITEM",
      id: `ITEM-${at}`,
      name: `Item ${at}`,
      variations: [{ id, name: "Regular" }],
    })),
  });
  const locations = Array.from({ length: size.locations }, (_, at) => `PLACE-${at}`);
  for (const id of locations) await client.locations.create({ id, name: id });
  return { id: merchant.id, token, items, locations };
}
