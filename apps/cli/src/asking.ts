import type { Bincard } from "@bincard/client";
import type {
  CatalogObject,
  Change,
  Count,
  Given,
  Location,
  Merchant,
  Operations,
  TokenInfo,
} from "@bincard/contracts";
import type { AskPage, Page } from "./listing.ts";

// Every listing of the client, page by page and with one name for its rows.

function page<Row>(items: readonly Row[], cursor: string | undefined): Page<Row> {
  return { items, ...(cursor !== undefined && { cursor }) };
}

export function askCounts(
  { counts }: Bincard,
  filter: Given<Operations["counts"]["list"]>,
): AskPage<Count> {
  return async (extent) => {
    const answer = await counts.list({ ...filter, ...extent });
    return page(answer.counts, answer.cursor);
  };
}

export function askChanges(
  { changes }: Bincard,
  filter: Given<Operations["changes"]["list"]>,
): AskPage<Change> {
  return async (extent) => {
    const answer = await changes.list({ ...filter, ...extent });
    return page(answer.changes, answer.cursor);
  };
}

export function askCatalog(
  { catalog }: Bincard,
  filter: Given<Operations["catalog"]["list"]>,
): AskPage<CatalogObject> {
  return async (extent) => {
    const answer = await catalog.list({ ...filter, ...extent });
    return page(answer.objects, answer.cursor);
  };
}

export function askLocations({ locations }: Bincard): AskPage<Location> {
  return async (extent) => {
    const answer = await locations.list(extent);
    return page(answer.locations, answer.cursor);
  };
}

export function askMerchants({ merchants }: Bincard): AskPage<Merchant> {
  return async (extent) => {
    const answer = await merchants.list(extent);
    return page(answer.merchants, answer.cursor);
  };
}

export function askTokens(
  { tokens }: Bincard,
  filter: Given<Operations["tokens"]["list"]>,
): AskPage<TokenInfo> {
  return async (extent) => {
    const answer = await tokens.list({ ...filter, ...extent });
    return page(answer.tokens, answer.cursor);
  };
}
