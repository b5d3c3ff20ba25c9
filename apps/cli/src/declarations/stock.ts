import type { Command } from "commander";
import type { Declare, OptionDeclaration } from "../declare.ts";

/** The options of everything that records a change. */
export interface RecordOptions {
  readonly at?: string;
  readonly reference?: string;
  readonly employee?: string;
  readonly key?: string;
}
export interface AtLocation extends RecordOptions {
  readonly location?: string;
}

const ITEM = { name: "<item>", about: "id or SKU of a variation" };
const QUANTITY = { name: "<quantity>", about: "a decimal with up to 5 places, such as 2.5" };
const LOCATION: OptionDeclaration = {
  flags: "--location <location>",
  about: "where: id or name (default: the profile's, else the only one)",
};
const RECORD: readonly OptionDeclaration[] = [
  { flags: "--at <time>", about: "when it happened, RFC 3339 with a zone (default: now)" },
  { flags: "--reference <id>", about: "your own id of it: an order, a delivery note" },
  { flags: "--employee <id>", about: "who did it" },
  { flags: "--key <key>", about: "idempotency key: the same key is applied once; wants --at" },
];

const stock = () => import("../commands/stock.ts");

/** The daily verbs. */
export function declareStock(program: Command, declare: Declare): void {
  declareInAndOut(program, declare);
  declareCorrections(program, declare);
}

function declareInAndOut(program: Command, declare: Declare): void {
  declare<AtLocation & { from?: string }>(program, {
    name: "receive",
    args: [ITEM, QUANTITY],
    about: "take stock in",
    options: [
      LOCATION,
      {
        flags: "--from <state>",
        about: "NONE (default) or UNLINKED_RETURN for a customer's return",
      },
      ...RECORD,
    ],
    examples: [
      "bincard receive MUG-BLUE 12 --location Main --reference PO-1042",
      "bincard receive MUG-BLUE 1 --from UNLINKED_RETURN",
    ],
    action: async (context, call) => (await stock()).receive(context, call),
  });
  declare<AtLocation>(program, {
    name: "sell",
    args: [ITEM, QUANTITY],
    about: "take sold stock out",
    options: [LOCATION, ...RECORD],
    examples: ["bincard sell MUG-BLUE 2 --location Main --at 2026-11-22T13:20:00+01:00"],
    action: async (context, call) => (await stock()).sell(context, call),
  });
  declare<AtLocation & { from?: string }>(program, {
    name: "waste",
    args: [ITEM, QUANTITY],
    about: "write stock off: broken, lost, expired",
    options: [
      LOCATION,
      { flags: "--from <state>", about: "IN_STOCK (default) or UNLINKED_RETURN" },
      ...RECORD,
    ],
    examples: ["bincard waste MUG-BLUE 1", "bincard waste MUG-BLUE 1 --from UNLINKED_RETURN"],
    action: async (context, call) => (await stock()).waste(context, call),
  });
}

function declareCorrections(program: Command, declare: Declare): void {
  declare<AtLocation & { state?: string; recordUnchanged?: boolean }>(program, {
    name: "count",
    args: [ITEM, QUANTITY],
    about: "report a physical count: so much is there",
    options: [
      LOCATION,
      { flags: "--state <state>", about: "IN_STOCK (default) or WASTE" },
      { flags: "--record-unchanged", about: "record the count even when it changes nothing" },
      ...RECORD,
    ],
    examples: ["bincard count MUG-BLUE 95 --location Main"],
    action: async (context, call) => (await stock()).count(context, call),
  });
  declare<RecordOptions & { from: string; to: string }>(program, {
    name: "move",
    args: [ITEM, QUANTITY],
    about: "move stock from one location to another",
    options: [
      { flags: "--from <location>", about: "id or name", mandatory: true },
      { flags: "--to <location>", about: "id or name", mandatory: true },
      ...RECORD,
    ],
    examples: ["bincard move MUG-BLUE 6 --from Warehouse --to Main"],
    action: async (context, call) => (await stock()).move(context, call),
  });
  declare<AtLocation & { fromState: string; toState: string }>(program, {
    name: "adjust",
    args: [ITEM, QUANTITY],
    about: "any permitted adjustment, by its two states",
    options: [
      LOCATION,
      { flags: "--from-state <state>", about: "such as WASTE", mandatory: true },
      { flags: "--to-state <state>", about: "such as IN_STOCK", mandatory: true },
      ...RECORD,
    ],
    examples: ["bincard adjust MUG-BLUE 1 --from-state WASTE --to-state IN_STOCK"],
    action: async (context, call) => (await stock()).adjust(context, call),
  });
}
