import type { Command } from "commander";
import type { Declare } from "../declare.ts";

export interface ConsoleOptions {
  /** False when not to be opened. */
  readonly open?: boolean;
}
export interface DemoOptions {
  readonly seed?: string;
}

/** The page for people, and something to look at there. */
export function declareConsole(program: Command, declare: Declare): void {
  declare<ConsoleOptions>(program, {
    name: "console",
    about: "open the console, signed in",
    options: [{ flags: "--no-open", about: "print the address and open nothing" }],
    notes:
      "The address holds a code that is good once, for a minute. Whoever opens it acts with your token's\n" +
      "scopes until they sign out, or the token is revoked.",
    examples: ["bincard console", "bincard console --no-open"],
    action: async (context, call) =>
      (await import("../commands/console.ts")).openConsole(context, call),
  });
  declare<DemoOptions>(program, {
    name: "demo",
    about: "fill an empty ledger with ninety days of three places",
    options: [
      { flags: "--seed <number>", about: "another number tells another story (default 1)" },
    ],
    notes:
      "Three locations, 200 variations; receipts, sales, waste, transfers, counts that find something missing,\n" +
      "sales that arrive late. A ledger that has changes of its own is left alone. Run again it changes nothing.",
    examples: ["bincard demo", "bincard demo --seed 7"],
    action: async (context, call) => (await import("../commands/demo.ts")).demo(context, call),
  });
}
