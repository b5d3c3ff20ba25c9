import { type Micros, parseTime, type Principal, refuse, type TokenInfo } from "@bincard/contracts";

/**
 * Who a token stands for, as long as it stands.
 * @throws Refusal TOKEN_EXPIRED or TOKEN_REVOKED, the first that is so.
 */
export function principalOf(info: TokenInfo, now: Micros): Principal {
  const expiry = info.expiresAt === undefined ? undefined : parseTime(info.expiresAt);
  if (expiry !== undefined && expiry <= now)
    throw refuse("TOKEN_EXPIRED", `the token expired at ${info.expiresAt ?? ""}`);
  if (info.revokedAt !== undefined) throw refuse("TOKEN_REVOKED", "the token was revoked");
  const { merchantId, id: tokenId, application, scopes } = info;
  return { merchantId, tokenId, application, scopes };
}
