import { WEBHOOK_DELIVERY_STATES } from "@bincard/contracts";
import type { Command } from "commander";
import { type Declare, declareGroup } from "../declare.ts";
import { EXTENT, type ExtentOptions } from "./reading.ts";

export interface CreateWebhookOptions {
  readonly name?: string;
  readonly type?: readonly string[];
  readonly disabled?: boolean;
}
export interface UpdateWebhookOptions {
  readonly name?: string;
  readonly url?: string;
  readonly enable?: boolean;
  readonly disable?: boolean;
}
export interface SureOptions {
  readonly yes?: boolean;
}
export interface TriggerOptions {
  readonly type?: string;
  readonly forwardTo?: string;
  readonly key?: string;
}
export interface DeliveriesOptions extends ExtentOptions {
  readonly subscription?: string;
  readonly state?: readonly string[];
}
export interface ReplayOptions {
  readonly delivery?: string;
  readonly after?: string;
  readonly through?: string;
}
export interface ListenOptions {
  readonly forwardTo: string;
  readonly from?: string;
  readonly since?: string;
  readonly key?: string;
}

const SUBSCRIPTION = { name: "<subscription>", about: "a subscription's id" };
const YES = { flags: "--yes", about: "do not ask" };
const KEY = { flags: "--key <key>", about: "sign with this key (default: a new one, printed)" };

/** Counts sent to an address as they change. */
export function declareWebhooks(program: Command, declare: Declare): void {
  const webhooks = declareGroup(program, "webhooks", "counts sent to an address as they change");
  declareSubscriptions(webhooks, declare);
  declareKeys(webhooks, declare);
  declareDeliveries(webhooks, declare);
  declareDevelopment(webhooks, declare);
}

function declareSubscriptions(webhooks: Command, declare: Declare): void {
  const commands = () => import("../commands/webhooks.ts");
  declare<ExtentOptions>(webhooks, {
    name: "list",
    about: "every subscription, oldest first",
    options: EXTENT,
    examples: ["bincard webhooks list"],
    action: async (context, call) => (await commands()).listWebhooks(context, call),
  });
  declare(webhooks, {
    name: "get",
    args: [SUBSCRIPTION],
    about: "one subscription",
    examples: ["bincard webhooks get wbhk_5f1c9d3a7b2e4c06a8d1e3f5b7c9d0e2"],
    action: async (context, call) => (await commands()).getWebhook(context, call),
  });
  declare<CreateWebhookOptions>(webhooks, {
    name: "create",
    args: [{ name: "<url>", about: "an https address that can be reached from the server" }],
    about: "have counts sent to an address from now on",
    options: [
      { flags: "--name <name>", about: "what to call it" },
      {
        flags: "--type <type>",
        about: "what to be told of (default: inventory.count.updated); may be repeated",
        many: true,
      },
      { flags: "--disabled", about: "send nothing until it is enabled" },
    ],
    examples: ['bincard webhooks create https://shop.example/hooks/bincard --name "Web shop"'],
    action: async (context, call) => (await commands()).createWebhook(context, call),
  });
  declare<UpdateWebhookOptions>(webhooks, {
    name: "update",
    args: [SUBSCRIPTION],
    about: "change a subscription; what is not named stays",
    options: [
      { flags: "--name <name>", about: "new name" },
      { flags: "--url <url>", about: "new address" },
      { flags: "--enable", about: "go on where it was" },
      { flags: "--disable", about: "send nothing until it is enabled again" },
    ],
    examples: ["bincard webhooks update wbhk_5f1c9d3a7b2e4c06a8d1e3f5b7c9d0e2 --disable"],
    action: async (context, call) => (await commands()).updateWebhook(context, call),
  });
}

function declareKeys(webhooks: Command, declare: Declare): void {
  const commands = () => import("../commands/webhooks.ts");
  declare<SureOptions>(webhooks, {
    name: "delete",
    args: [SUBSCRIPTION],
    about: "end a subscription; what it was still to be told is cancelled",
    options: [YES],
    examples: ["bincard webhooks delete wbhk_5f1c9d3a7b2e4c06a8d1e3f5b7c9d0e2 --yes"],
    action: async (context, call) => (await commands()).deleteWebhook(context, call),
  });
  declare<SureOptions>(webhooks, {
    name: "rotate",
    args: [SUBSCRIPTION],
    about:
      "a new signature key; the old one is of use for another 24 hours, at webhook-signature only",
    options: [YES],
    examples: ["bincard webhooks rotate wbhk_5f1c9d3a7b2e4c06a8d1e3f5b7c9d0e2 --yes"],
    action: async (context, call) => (await commands()).rotateWebhook(context, call),
  });
}

function declareDeliveries(webhooks: Command, declare: Declare): void {
  const commands = () => import("../commands/webhook-deliveries.ts");
  declare<DeliveriesOptions>(webhooks, {
    name: "deliveries",
    args: [{ name: "[delivery]", about: "one of them, with each attempt" }],
    about: "what was sent, or is to be, newest first; the dead letters are in the state DEAD",
    options: [
      { flags: "--subscription <id>", about: "only to this one" },
      {
        flags: "--state <state>",
        about: "only in this state; may be repeated",
        many: true,
      },
      ...EXTENT,
    ],
    notes: `States: ${WEBHOOK_DELIVERY_STATES.join(", ")}.`,
    examples: [
      "bincard webhooks deliveries --state DEAD",
      "bincard webhooks deliveries df5f3813-a913-45a1-94e9-fdc3f7d5e3b6",
    ],
    action: async (context, call) => (await commands()).listDeliveries(context, call),
  });
  declare<ReplayOptions>(webhooks, {
    name: "replay",
    args: [SUBSCRIPTION],
    about: "send one delivery again, or tell anew what changed after a position",
    options: [
      { flags: "--delivery <id>", about: "this one again, as it was" },
      { flags: "--after <position>", about: "counts as they stand now of what changed after it" },
      { flags: "--through <position>", about: "up to this one (default: as far as it was told)" },
    ],
    examples: [
      "bincard webhooks replay wbhk_5f1c9d3a7b2e4c06a8d1e3f5b7c9d0e2 --after 1200",
      "bincard webhooks replay wbhk_5f1c9d3a7b2e4c06a8d1e3f5b7c9d0e2 --delivery df5f3813-a913-45a1-94e9-fdc3f7d5e3b6",
    ],
    action: async (context, call) => (await commands()).replay(context, call),
  });
}

function declareDevelopment(webhooks: Command, declare: Declare): void {
  declare<ListenOptions>(webhooks, {
    name: "listen",
    about: "forward events to an address that only this machine can reach, as they happen",
    options: [
      { flags: "--forward-to <url>", about: "where to", mandatory: true },
      { flags: "--from <cursor>", about: "go on after this place (default: from now on)" },
      { flags: "--since <time>", about: "from a time, or from so long ago: 90s, 15m, 1h, 2d" },
      KEY,
    ],
    notes:
      "For development: it follows the feed, so it works behind any firewall and needs no subscription.\n" +
      "Bodies, headers and signatures are those of a delivery. Nothing is tried twice.",
    examples: ["bincard webhooks listen --forward-to http://localhost:3000/hooks/bincard"],
    action: async (context, call) => (await import("../commands/listen.ts")).listen(context, call),
  });
  declare<TriggerOptions>(webhooks, {
    name: "trigger",
    args: [{ name: "[subscription]", about: "let the server send to this one" }],
    about: "send one event now: the count that changed last",
    options: [
      { flags: "--type <type>", about: "of the subscription's (default: its first)" },
      { flags: "--forward-to <url>", about: "send it from here to this address instead" },
      KEY,
    ],
    examples: [
      "bincard webhooks trigger wbhk_5f1c9d3a7b2e4c06a8d1e3f5b7c9d0e2",
      "bincard webhooks trigger --forward-to http://localhost:3000/hooks/bincard",
    ],
    action: async (context, call) =>
      (await import("../commands/trigger.ts")).trigger(context, call),
  });
}
