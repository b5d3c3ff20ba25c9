import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { itemOf, type Order, type World } from "../work.ts";
import type { Writer } from "./writer.ts";

const run = promisify(execFile);
export const MEDUSA_VERSION = "2.21.2";
const ITEMS = 1_000;

/** Medusa's inventory module with its framework, 600 packages, into a folder of their own. */
export async function fetchMedusa(): Promise<{ folder: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "bincard-medusa-"));
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const packages = ["inventory", "framework"].map((name) => `@medusajs/${name}@${MEDUSA_VERSION}`);
  const how = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", [...how, ...packages], { cwd: folder });
  return { folder, stop: () => rm(folder, { recursive: true, force: true }) };
}

interface Level {
  readonly id: string;
}
/** What we use of the module's service. */
interface Inventory {
  createInventoryItems(items: readonly { sku: string }[]): Promise<Level[]>;
  createInventoryLevels(
    levels: readonly {
      inventory_item_id: string;
      location_id: string;
      stocked_quantity: number;
    }[],
  ): Promise<unknown>;
  adjustInventory(
    changes: readonly { inventoryItemId: string; locationId: string; adjustment: number }[],
  ): Promise<unknown>;
}
interface Loader {
  migrateUp(what: object): Promise<unknown>;
  bootstrap(what: object): Promise<Readonly<Record<string, Inventory>>>;
}

/** The module by itself, as its own integration tests load it: its migrations, its pool, no server around it. */
export async function openMedusa(
  { databaseUrl, merchants }: World,
  folder: string,
): Promise<Writer> {
  const require = createRequire(join(folder, "package.json"));
  const path = require.resolve("@medusajs/framework/modules-sdk");
  const { MedusaModule } = (await import(pathToFileURL(path).href)) as { MedusaModule: Loader };
  const modulePath = require.resolve("@medusajs/inventory");
  const options = {
    database: { clientUrl: databaseUrl, driverOptions: { connection: { ssl: false } } },
  };
  const moduleKey = "inventory";
  await MedusaModule.migrateUp({ moduleKey, modulePath, options });
  const declaration = { scope: "internal", resolve: modulePath, options };
  const loaded = await MedusaModule.bootstrap({ moduleKey, defaultPath: modulePath, declaration });
  const inventory = loaded[moduleKey];
  if (inventory === undefined) throw new Error("Medusa's inventory module did not load");
  const locationOf = (merchant: number) => merchants[merchant]?.locationId ?? "";
  const ids = await stock(inventory, locationOf(0));
  return {
    async record({ items, merchant }: Order) {
      const adjustment = items.length === 1 ? -1 : 1;
      const locationId = locationOf(merchant);
      await inventory.adjustInventory(
        items.map((item) => ({ inventoryItemId: ids.get(item) ?? "", locationId, adjustment })),
      );
    },
    close: async () => undefined,
  };
}

async function stock(inventory: Inventory, location: string): Promise<Map<string, string>> {
  const skus = Array.from({ length: ITEMS }, (_, index) => itemOf(index));
  const made = await inventory.createInventoryItems(skus.map((sku) => ({ sku })));
  const ids = made.map(({ id }) => id);
  await inventory.createInventoryLevels(
    ids.map((id) => ({
      inventory_item_id: id,
      location_id: location,
      stocked_quantity: 1_000_000,
    })),
  );
  return new Map(skus.map((sku, index) => [sku, ids[index] ?? ""]));
}
