import type { Scope } from "@bincard/contracts";

/** What each scope permits, in people's words. A scope without words does not compile. */
export const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  INVENTORY_READ: "See counts, changes and the feed",
  INVENTORY_WRITE: "Report changes: receive, sell, waste, count, move",
  INVENTORY_BACKDATE: "Report changes that are older than a day",
  ITEMS_READ: "See the catalog",
  ITEMS_WRITE: "Make, change and remove items",
  MERCHANT_PROFILE_READ: "See locations",
  MERCHANT_PROFILE_WRITE: "Make and change locations",
  WEBHOOKS_READ: "See webhooks, what was delivered and what was not",
  WEBHOOKS_WRITE: "Have counts sent to an address, and see the key that signs them",
  ADMIN: "Everything an operator does: merchants, and tokens for any of them",
};

/** In the order in which they are offered. */
export const SCOPES = Object.keys(SCOPE_WORDS) as readonly Scope[];
