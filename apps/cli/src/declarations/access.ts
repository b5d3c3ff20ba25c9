import type { Command } from "commander";
import { type Declare, declareGroup } from "../declare.ts";
import { EXTENT, type ExtentOptions } from "./reading.ts";

export interface CreateTokenOptions {
  readonly scope: readonly string[];
  readonly application?: string;
  readonly merchant?: string;
  readonly expires?: string;
}
export interface RevokeTokenOptions {
  readonly merchant?: string;
  readonly yes?: boolean;
}

const MERCHANT = { flags: "--merchant <id>", about: "whose (default: the token's own merchant)" };

/** Who may do what. */
export function declareAccess(program: Command, declare: Declare): void {
  const commands = () => import("../commands/access.ts");
  const merchants = declareGroup(program, "merchants", "tenants (ADMIN)");
  declare<ExtentOptions>(merchants, {
    name: "list",
    about: "every merchant",
    options: EXTENT,
    examples: ["bincard merchants list"],
    action: async (context, call) => (await commands()).listMerchants(context, call),
  });
  declare(merchants, {
    name: "create",
    args: [{ name: "<name>", about: "what to call it" }],
    about: "a new merchant",
    examples: ['bincard merchants create "Corner Shop"'],
    action: async (context, call) => (await commands()).createMerchant(context, call),
  });
  const tokens = declareGroup(program, "tokens", "bearer tokens (ADMIN)");
  declare<ExtentOptions & { merchant?: string }>(tokens, {
    name: "list",
    about: "every token of a merchant, without its secret",
    options: [MERCHANT, ...EXTENT],
    examples: ["bincard tokens list"],
    action: async (context, call) => (await commands()).listTokens(context, call),
  });
  declare<CreateTokenOptions>(tokens, {
    name: "create",
    args: [
      { name: "<name>", about: "the application that will use it: the source of its changes" },
    ],
    about: "a new token; its secret is shown this once",
    options: [
      {
        flags: "--scope <scope>",
        about: "what it may do, such as INVENTORY_WRITE; may be repeated",
        many: true,
        mandatory: true,
      },
      {
        flags: "--application <id>",
        about: "an application that is known already, such as when its token is replaced",
      },
      MERCHANT,
      { flags: "--expires <time>", about: "when it ends, RFC 3339 with a zone" },
    ],
    examples: [
      "bincard tokens create Till --scope INVENTORY_READ --scope INVENTORY_WRITE --scope ITEMS_READ --scope MERCHANT_PROFILE_READ",
    ],
    action: async (context, call) => (await commands()).createToken(context, call),
  });
  declare<RevokeTokenOptions>(tokens, {
    name: "revoke",
    args: [{ name: "<id>", about: "the token's id, from the list" }],
    about: "end a token now, for ever",
    options: [MERCHANT, { flags: "--yes", about: "do not ask" }],
    examples: ["bincard tokens revoke 7QX2M4T6B8N9Z --yes"],
    action: async (context, call) => (await commands()).revokeToken(context, call),
  });
}
