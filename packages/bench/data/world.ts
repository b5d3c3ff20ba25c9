import { randomUUID } from "node:crypto";
import { operations, parseOrRefuse, type Principal } from "@bincard/contracts";
import { ensureRoot, makeToken, migrate, type OpenLedger, openLedger } from "@bincard/core";
import { itemOf, ITEMS, type Merchant, type World } from "../work.ts";

/** A migrated database with merchants, each with a token, a location and a catalog of `ITEMS` variations. */
export async function createWorld(databaseUrl: string, merchants: number): Promise<World> {
  await migrate(databaseUrl);
  const token = makeToken();
  await ensureRoot(databaseUrl, { token });
  const ledger = openLedger({ databaseUrl });
  try {
    const root = await ledger.authenticate(token);
    const made: Merchant[] = [await stocked(ledger, token, ITEMS)];
    while (made.length < merchants)
      made.push(await stocked(ledger, await anotherMerchant(ledger, root, made.length), 1_000));
    return { databaseUrl, merchants: made };
  } finally {
    await ledger.close();
  }
}

async function anotherMerchant(ledger: OpenLedger, root: Principal, index: number) {
  const { merchant } = await ledger.merchants.create(root, { name: `Merchant ${index}` });
  const { token } = await ledger.tokens.create(root, {
    merchantId: merchant.id,
    application: { name: "Bench" },
    scopes: [...root.scopes],
  });
  return token;
}

async function stocked(ledger: OpenLedger, token: string, items: number): Promise<Merchant> {
  const principal = await ledger.authenticate(token);
  const { locations } = await ledger.locations.list(principal, { limit: 1 });
  for (let first = 0; first < items; first += GROUP * GROUPS_AT_ONCE) {
    const input = parseOrRefuse(operations.catalog.upsert.input, {
      idempotencyKey: randomUUID(),
      objects: Array.from({ length: GROUPS_AT_ONCE }, (_, index) =>
        group(first + index * GROUP),
      ).flat(),
    });
    await ledger.catalog.upsert(principal, input);
  }
  return { id: principal.merchantId, token, locationId: locations[0]?.id ?? "" };
}

const GROUP = 100;
const GROUPS_AT_ONCE = 10;

function group(first: number) {
  const itemId = `group-${first}`;
  const variations = Array.from({ length: GROUP }, (_, index) => ({
    type: "ITEM_VARIATION",
    id: itemOf(first + index),
    itemId,
    name: itemOf(first + index),
  }));
  return [{ type: "ITEM", id: itemId, name: itemId }, ...variations];
}
