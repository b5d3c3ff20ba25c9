import type { Command } from "commander";
import type { Declare, OptionDeclaration } from "../declare.ts";
import { declareTail } from "./feed.ts";

/** How much of a listing. */
export interface ExtentOptions {
  readonly limit?: string;
  readonly all?: boolean;
  readonly cursor?: string;
}
export interface CountsOptions extends ExtentOptions {
  readonly location?: readonly string[];
  readonly state?: readonly string[];
  readonly updatedAfter?: string;
}
export interface ChangesOptions extends CountsOptions {
  readonly type?: readonly string[];
  readonly updatedBefore?: string;
  readonly newest?: boolean;
}

export const EXTENT: readonly OptionDeclaration[] = [
  { flags: "--limit <rows>", about: "rows at most (default 100)" },
  { flags: "--all", about: "every row" },
  { flags: "--cursor <cursor>", about: "go on where an earlier answer ended" },
];
const ITEM = { name: "[item]", about: "id or SKU of a variation" };
const LOCATION: OptionDeclaration = {
  flags: "--location <location>",
  about: "only there: id or name; may be repeated",
  many: true,
};
const STATE: OptionDeclaration = {
  flags: "--state <state>",
  about: "only in these states, such as IN_STOCK,WASTE; may be repeated",
  many: true,
};
const UPDATED_AFTER: OptionDeclaration = {
  flags: "--updated-after <time>",
  about: "only what was received after this time",
};

/** What there is, and why. */
export function declareReading(program: Command, declare: Declare): void {
  declare<CountsOptions>(program, {
    name: "counts",
    args: [ITEM],
    about: "what is there, newest change first",
    options: [LOCATION, STATE, UPDATED_AFTER, ...EXTENT],
    examples: [
      "bincard counts MUG-BLUE",
      "bincard counts --location Main --state IN_STOCK --all -o csv",
    ],
    action: async (context, call) => (await import("../commands/counts.ts")).counts(context, call),
  });
  const changes = declare<ChangesOptions>(program, {
    name: "changes",
    args: [ITEM],
    about: "what happened, oldest first",
    options: [
      LOCATION,
      STATE,
      {
        flags: "--type <type>",
        about: "PHYSICAL_COUNT, ADJUSTMENT, TRANSFER; may be repeated",
        many: true,
      },
      UPDATED_AFTER,
      { flags: "--updated-before <time>", about: "only what was received before this time" },
      { flags: "--newest", about: "newest first" },
      ...EXTENT,
    ],
    examples: ["bincard changes MUG-BLUE --newest --limit 10", "bincard changes --all -o ndjson"],
    action: async (context, call) =>
      (await import("../commands/changes.ts")).changes(context, call),
  });
  declare(changes, {
    name: "get",
    args: [{ name: "<id>", about: "id of a change" }],
    about: "one change",
    examples: ["bincard changes get 5Y7K3DQXW2M4T6B8N9ZRCVEA"],
    action: async (context, call) =>
      (await import("../commands/changes.ts")).getChange(context, call),
  });
  declareTail(changes, declare);
}
