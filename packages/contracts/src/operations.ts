import type * as z from "zod";
import {
  createMerchantInput,
  createTokenInput,
  createTokenOutput,
  currentTokenInput,
  currentTokenOutput,
  listMerchantsInput,
  listTokensInput,
  merchantOutput,
  merchantsPage,
  revokeTokenInput,
  type Scope,
  tokenOutput,
  tokensPage,
} from "./access.ts";
import {
  catalogPage,
  deleteCatalogInput,
  deleteCatalogOutput,
  getCatalogInput,
  getCatalogOutput,
  listCatalogInput,
  upsertCatalogInput,
  upsertCatalogOutput,
} from "./catalog.ts";
import {
  changesOfObjectInput,
  changesPage,
  createChangesInput,
  createChangesOutput,
  getChangeInput,
  getChangeOutput,
  listChangesInput,
} from "./change.ts";
import { countsOfObjectInput, countsPage, listCountsInput } from "./count.ts";
import {
  checksumFeedOutput,
  feedPage,
  followFeedInput,
  locateFeedInput,
  locateFeedOutput,
  readFeedInput,
  snapshotFeedInput,
  snapshotFeedOutput,
} from "./feed.ts";
import {
  createLocationInput,
  getLocationInput,
  listLocationsInput,
  locationOutput,
  locationsPage,
  updateLocationInput,
} from "./location.ts";
import { verifyInput, verifyOutput } from "./verification.ts";
import {
  createWebhookInput,
  deleteWebhookOutput,
  deliveriesPage,
  getDeliveryInput,
  getDeliveryOutput,
  listDeliveriesInput,
  listWebhooksInput,
  replayWebhookInput,
  replayWebhookOutput,
  rotateWebhookKeyInput,
  testWebhookInput,
  testWebhookOutput,
  updateWebhookInput,
  webhookInput,
  webhookOutput,
  webhooksPage,
} from "./webhook.ts";

/**
 * A query changes nothing and may be asked again; a mutation is repeated only under its idempotency
 * key. A subscription answers again and again until its caller leaves.
 */
export type OperationKind = "query" | "mutation" | "subscription";

export interface Operation<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  Kind extends OperationKind = OperationKind,
> {
  readonly kind: Kind;
  /** What the token must carry; `null` when any valid token will do. */
  readonly scope: Scope | null;
  readonly input: Input;
  readonly output: Output;
}

function operation<Kind extends OperationKind, Input extends z.ZodType, Output extends z.ZodType>(
  kind: Kind,
  scope: Scope | null,
  { input, output }: { input: Input; output: Output },
): Operation<Input, Output, Kind> {
  return { kind, scope, input, output };
}

/** Every operation there is, by room and verb. Doors translate these and add none of their own. */
export const operations = {
  changes: {
    create: operation("mutation", "INVENTORY_WRITE", {
      input: createChangesInput,
      output: createChangesOutput,
    }),
    list: operation("query", "INVENTORY_READ", { input: listChangesInput, output: changesPage }),
    get: operation("query", "INVENTORY_READ", { input: getChangeInput, output: getChangeOutput }),
    ofObject: operation("query", "INVENTORY_READ", {
      input: changesOfObjectInput,
      output: changesPage,
    }),
  },
  counts: {
    list: operation("query", "INVENTORY_READ", { input: listCountsInput, output: countsPage }),
    ofObject: operation("query", "INVENTORY_READ", {
      input: countsOfObjectInput,
      output: countsPage,
    }),
  },
  feed: {
    read: operation("query", "INVENTORY_READ", { input: readFeedInput, output: feedPage }),
    follow: operation("subscription", "INVENTORY_READ", {
      input: followFeedInput,
      output: feedPage,
    }),
    locate: operation("query", "INVENTORY_READ", {
      input: locateFeedInput,
      output: locateFeedOutput,
    }),
    snapshot: operation("query", "INVENTORY_READ", {
      input: snapshotFeedInput,
      output: snapshotFeedOutput,
    }),
    checksum: operation("query", "INVENTORY_READ", {
      input: readFeedInput,
      output: checksumFeedOutput,
    }),
  },
  catalog: {
    upsert: operation("mutation", "ITEMS_WRITE", {
      input: upsertCatalogInput,
      output: upsertCatalogOutput,
    }),
    get: operation("query", "ITEMS_READ", { input: getCatalogInput, output: getCatalogOutput }),
    list: operation("query", "ITEMS_READ", { input: listCatalogInput, output: catalogPage }),
    delete: operation("mutation", "ITEMS_WRITE", {
      input: deleteCatalogInput,
      output: deleteCatalogOutput,
    }),
  },
  locations: {
    create: operation("mutation", "MERCHANT_PROFILE_WRITE", {
      input: createLocationInput,
      output: locationOutput,
    }),
    get: operation("query", "MERCHANT_PROFILE_READ", {
      input: getLocationInput,
      output: locationOutput,
    }),
    list: operation("query", "MERCHANT_PROFILE_READ", {
      input: listLocationsInput,
      output: locationsPage,
    }),
    update: operation("mutation", "MERCHANT_PROFILE_WRITE", {
      input: updateLocationInput,
      output: locationOutput,
    }),
  },
  webhooks: {
    create: operation("mutation", "WEBHOOKS_WRITE", {
      input: createWebhookInput,
      output: webhookOutput,
    }),
    get: operation("query", "WEBHOOKS_READ", { input: webhookInput, output: webhookOutput }),
    list: operation("query", "WEBHOOKS_READ", { input: listWebhooksInput, output: webhooksPage }),
    update: operation("mutation", "WEBHOOKS_WRITE", {
      input: updateWebhookInput,
      output: webhookOutput,
    }),
    delete: operation("mutation", "WEBHOOKS_WRITE", {
      input: webhookInput,
      output: deleteWebhookOutput,
    }),
    rotateKey: operation("mutation", "WEBHOOKS_WRITE", {
      input: rotateWebhookKeyInput,
      output: webhookOutput,
    }),
    test: operation("mutation", "WEBHOOKS_WRITE", {
      input: testWebhookInput,
      output: testWebhookOutput,
    }),
    deliveries: operation("query", "WEBHOOKS_READ", {
      input: listDeliveriesInput,
      output: deliveriesPage,
    }),
    delivery: operation("query", "WEBHOOKS_READ", {
      input: getDeliveryInput,
      output: getDeliveryOutput,
    }),
    replay: operation("mutation", "WEBHOOKS_WRITE", {
      input: replayWebhookInput,
      output: replayWebhookOutput,
    }),
  },
  merchants: {
    create: operation("mutation", "ADMIN", { input: createMerchantInput, output: merchantOutput }),
    list: operation("query", "ADMIN", { input: listMerchantsInput, output: merchantsPage }),
  },
  tokens: {
    create: operation("mutation", "ADMIN", { input: createTokenInput, output: createTokenOutput }),
    list: operation("query", "ADMIN", { input: listTokensInput, output: tokensPage }),
    revoke: operation("mutation", "ADMIN", { input: revokeTokenInput, output: tokenOutput }),
    current: operation("query", null, { input: currentTokenInput, output: currentTokenOutput }),
  },
  ledger: {
    verify: operation("query", "INVENTORY_READ", { input: verifyInput, output: verifyOutput }),
  },
} as const;
export type Operations = typeof operations;
