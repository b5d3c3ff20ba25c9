import type { Command } from "commander";
import { type Declare, declareGroup } from "../declare.ts";
import { EXTENT, type ExtentOptions } from "./reading.ts";

export interface ListItemsOptions extends ExtentOptions {
  readonly text?: string;
  readonly sku?: readonly string[];
  readonly deleted?: boolean;
  readonly updatedAfter?: string;
}
export interface CreateItemOptions {
  readonly sku?: string;
  readonly upc?: string;
  readonly id?: string;
  readonly description?: string;
  readonly variation?: readonly string[];
  readonly key?: string;
}
export interface UpdateItemOptions {
  readonly name?: string;
  readonly sku?: string;
  readonly upc?: string;
  readonly description?: string;
  readonly ifVersion?: string;
}

const ITEM = { name: "<item>", about: "id of an item, or id or SKU of a variation" };

/** What can be counted. */
export function declareCatalog(program: Command, declare: Declare): void {
  const items = declareGroup(program, "items", "the catalog: items and their variations");
  const commands = () => import("../commands/items.ts");
  declare<ListItemsOptions>(items, {
    name: "list",
    about: "variations, with the item each belongs to",
    options: [
      { flags: "--text <words>", about: "every word in the name, SKU or UPC" },
      { flags: "--sku <sku>", about: "exactly this SKU; may be repeated", many: true },
      { flags: "--deleted", about: "deleted ones too" },
      { flags: "--updated-after <time>", about: "only what was updated after this time" },
      ...EXTENT,
    ],
    examples: ['bincard items list --text "blue mug"', "bincard items list --all -o csv"],
    action: async (context, call) => (await commands()).listItems(context, call),
  });
  declare<{ deleted?: boolean }>(items, {
    name: "get",
    args: [ITEM],
    about: "one item or variation",
    options: [{ flags: "--deleted", about: "even when it is deleted" }],
    examples: ["bincard items get MUG-BLUE --json"],
    action: async (context, call) => (await commands()).getItem(context, call),
  });
  declare<CreateItemOptions>(items, {
    name: "create",
    args: [{ name: "<name>", about: "the item's name" }],
    about: "a new item with one variation or several",
    options: [
      { flags: "--sku <sku>", about: "SKU of its only variation" },
      { flags: "--upc <upc>", about: "UPC of its only variation" },
      { flags: "--id <id>", about: "an id of your own for its only variation" },
      { flags: "--variation <name=sku>", about: "a variation; may be repeated", many: true },
      { flags: "--description <text>", about: "the item's description" },
      { flags: "--key <key>", about: "idempotency key: the same key creates once" },
    ],
    examples: [
      'bincard items create "Blue mug" --sku MUG-BLUE',
      'bincard items create "T-shirt" --variation Small=TEE-S --variation Large=TEE-L',
    ],
    action: async (context, call) => (await commands()).createItem(context, call),
  });
  declare<UpdateItemOptions>(items, {
    name: "update",
    args: [ITEM],
    about: "change what an item or a variation is called",
    options: [
      { flags: "--name <name>", about: "new name" },
      { flags: "--sku <sku>", about: "new SKU (variations)" },
      { flags: "--upc <upc>", about: "new UPC (variations)" },
      { flags: "--description <text>", about: "new description (items)" },
      { flags: "--if-version <number>", about: "refuse unless this is its current version" },
    ],
    examples: ["bincard items update MUG-BLUE --sku MUG-NAVY"],
    action: async (context, call) => (await commands()).updateItem(context, call),
  });
  declare<{ yes?: boolean }>(items, {
    name: "delete",
    args: [{ name: "<items...>", about: "ids or SKUs; an item takes its variations along" }],
    about: "delete from the catalog; counts and changes stay",
    options: [{ flags: "--yes", about: "do not ask" }],
    examples: ["bincard items delete MUG-BLUE --yes"],
    action: async (context, call) => (await commands()).deleteItems(context, call),
  });
}
