import { application, merchant, scope, tokenInfo } from "./access.ts";
import {
  catalogObject,
  catalogObjectInput,
  item,
  itemInput,
  itemVariation,
  itemVariationInput,
} from "./catalog.ts";
import {
  adjustment,
  adjustmentInput,
  change,
  changeInput,
  physicalCount,
  physicalCountInput,
  transfer,
  transferInput,
} from "./change.ts";
import { count } from "./count.ts";
import { extra } from "./extra.ts";
import { feedCount } from "./feed.ts";
import { location } from "./location.ts";
import { state } from "./state.ts";
import { finding } from "./verification.ts";
import { webhookDelivery, webhookSubscription } from "./webhook.ts";

/**
 * The nouns that several operations share, under the name a document gives each. What is read and what is
 * answered differ (a quantity is canonical only in answers), so each side has its own.
 */
export const nouns = {
  input: {
    NewChange: changeInput,
    NewPhysicalCount: physicalCountInput,
    NewAdjustment: adjustmentInput,
    NewTransfer: transferInput,
    NewCatalogObject: catalogObjectInput,
    NewItem: itemInput,
    NewItemVariation: itemVariationInput,
    NewExtra: extra,
  },
  output: {
    Change: change,
    PhysicalCount: physicalCount,
    Adjustment: adjustment,
    Transfer: transfer,
    Count: count,
    FeedCount: feedCount,
    CatalogObject: catalogObject,
    Item: item,
    ItemVariation: itemVariation,
    Location: location,
    Merchant: merchant,
    Application: application,
    TokenInfo: tokenInfo,
    Finding: finding,
    WebhookSubscription: webhookSubscription,
    WebhookDelivery: webhookDelivery,
    Extra: extra,
  },
  both: { State: state, Scope: scope },
} as const;
