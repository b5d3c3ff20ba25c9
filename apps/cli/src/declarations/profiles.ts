import type { Command } from "commander";
import type { Declare } from "../declare.ts";

export interface LoginOptions {
  readonly url?: string;
  readonly withToken?: boolean;
  readonly location?: string;
}

/** Which server, as whom. */
export function declareProfiles(program: Command, declare: Declare): void {
  const commands = () => import("../commands/profiles.ts");
  declare<LoginOptions>(program, {
    name: "login",
    about: "check a token with a server and save both as a profile",
    options: [
      { flags: "--url <url>", about: "the server (default http://127.0.0.1:4100)" },
      { flags: "--with-token", about: "read the token from stdin; else it is asked for, hidden" },
      { flags: "--location <location>", about: "the location stock verbs mean when none is named" },
    ],
    notes:
      "The token is never an argument: it would stay in the shell's history.\n" +
      "It is saved for your eyes only under $XDG_CONFIG_HOME/bincard or ~/.config/bincard.",
    examples: [
      "bincard login --url http://127.0.0.1:4100",
      "bincard login --url https://stock.example.com --profile live --with-token < token.txt",
    ],
    action: async (context, call) => (await commands()).login(context, call),
  });
  declare(program, {
    name: "logout",
    about: "forget a saved profile",
    examples: ["bincard logout", "bincard logout --profile live"],
    action: async (context) => (await commands()).logout(context),
  });
  declare(program, {
    name: "whoami",
    about: "the merchant, the application and the scopes of the token in use",
    examples: ["bincard whoami"],
    action: async (context) => (await commands()).whoami(context),
  });
  declare(program, {
    name: "profiles",
    args: [{ name: "[use]", about: "make this profile the current one" }],
    about: "saved profiles, or a switch to another",
    examples: ["bincard profiles", "bincard profiles live"],
    action: async (context, call) => (await commands()).profiles(context, call),
  });
}
