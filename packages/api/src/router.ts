import { catalog } from "./catalog.ts";
import { changes } from "./changes.ts";
import { counts } from "./counts.ts";
import { feed } from "./feed.ts";
import { ledger } from "./ledger.ts";
import { locations } from "./locations.ts";
import { merchants } from "./merchants.ts";
import { router as routerOf } from "./procedure.ts";
import { tokens } from "./tokens.ts";
import { webhooks } from "./webhooks.ts";

/**
 * Every operation of the contracts, by room and verb, at `/trpc/<room>.<verb>`. Plain JSON, no
 * transformer.
 */
export const router = routerOf({
  changes,
  counts,
  feed,
  catalog,
  locations,
  webhooks,
  merchants,
  tokens,
  ledger,
});
export type Router = typeof router;
