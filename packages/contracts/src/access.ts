import * as z from "zod";
import { applicationId, merchantId, tokenId } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { pageInput } from "./page.ts";
import { someText } from "./text.ts";
import { time, timeInput } from "./time.ts";

/** What a token may do. ADMIN is the operator's: it makes merchants, and tokens for any of them. */
export const SCOPES = [
  "INVENTORY_READ",
  "INVENTORY_WRITE",
  /** Report changes that occurred more than 24 hours ago. */
  "INVENTORY_BACKDATE",
  "ITEMS_READ",
  "ITEMS_WRITE",
  "MERCHANT_PROFILE_READ",
  "MERCHANT_PROFILE_WRITE",
  "WEBHOOKS_READ",
  /** Have counts sent to an address, which is as good as reading them. Shows signature keys. */
  "WEBHOOKS_WRITE",
  "ADMIN",
] as const;
export const scope = z.enum(SCOPES);
export type Scope = z.infer<typeof scope>;

/** A tenant: the first column of every key. */
export const merchant = z.object({ id: merchantId, name: z.string(), createdAt: time });
export type Merchant = z.infer<typeof merchant>;

export const application = z.object({ id: applicationId, name: z.string() });
export type Application = z.infer<typeof application>;

/** A token as it can be shown again: never the secret. */
export const tokenInfo = z.object({
  id: tokenId,
  merchantId,
  application,
  scopes: z.array(scope),
  createdAt: time,
  expiresAt: time.optional(),
  revokedAt: time.optional(),
});
export type TokenInfo = z.infer<typeof tokenInfo>;

export const createMerchantInput = z.strictObject({
  name: someText(LIMITS.nameCharacters),
});
export const merchantOutput = z.object({ merchant });
export const listMerchantsInput = z.strictObject({ ...pageInput });
export const merchantsPage = z.object({
  merchants: z.array(merchant),
  cursor: z.string().optional(),
});

export const createTokenInput = z.strictObject({
  /** Whose token; the caller's own merchant when left out. */
  merchantId: merchantId.optional(),
  /** Name and id become the `source` of the changes it writes. A known id keeps its name. */
  application: z.strictObject({
    id: applicationId.optional(),
    name: someText(LIMITS.nameCharacters),
  }),
  scopes: z.array(scope).min(1).max(SCOPES.length),
  expiresAt: timeInput.optional(),
});
export const createTokenOutput = z.object({
  /** The secret. Shown this once; only its SHA-256 is kept. */
  token: z.string(),
  info: tokenInfo,
});
export const listTokensInput = z.strictObject({ merchantId: merchantId.optional(), ...pageInput });
export const tokensPage = z.object({ tokens: z.array(tokenInfo), cursor: z.string().optional() });
export const revokeTokenInput = z.strictObject({
  id: tokenId,
  merchantId: merchantId.optional(),
});
export const tokenOutput = z.object({ info: tokenInfo });
export const currentTokenInput = z.strictObject({});
export const currentTokenOutput = z.object({ info: tokenInfo, merchant });

/** Who is asking: what a verified token stands for. */
export interface Principal {
  readonly merchantId: string;
  readonly tokenId: string;
  readonly application: Application;
  readonly scopes: readonly Scope[];
}
