import {
  type Answer,
  formatTime,
  type Micros,
  type Operations,
  type Parsed,
  parseTime,
  type Principal,
  refuse,
} from "@bincard/contracts";
import { fromCursor, pageOf, toCursor } from "./cursor.ts";
import { newApplicationId, newLocationId, newMerchantId, newTokenId } from "./ids.ts";
import {
  insertMerchant,
  insertToken,
  keepApplication,
  listStoredMerchants,
  listStoredTokens,
  readMerchantById,
  readToken,
  revokeStoredToken,
} from "./store/access.ts";
import type { Pools } from "./store/connect.ts";
import { inTransaction, untilDone } from "./store/transaction.ts";
import { hashOf, makeToken } from "./token.ts";

type CreateMerchant = Operations["merchants"]["create"];
type ListMerchants = Operations["merchants"]["list"];
type CreateToken = Operations["tokens"]["create"];
type ListTokens = Operations["tokens"]["list"];
type RevokeToken = Operations["tokens"]["revoke"];
type CurrentToken = Operations["tokens"]["current"];

type Gate = Pools["gate"];

/** ADMIN is the operator's scope: these operations name the merchant they are about. */

export async function createMerchant(
  { db }: Gate,
  _principal: Principal,
  { name }: Parsed<CreateMerchant>,
): Promise<Answer<CreateMerchant>> {
  const made = { id: newMerchantId(), name, locationId: newLocationId() };
  return { merchant: await inTransaction(db, (inside) => insertMerchant(inside, made)) };
}

export async function listMerchants(
  { db }: Gate,
  { merchantId }: Principal,
  { limit, cursor }: Parsed<ListMerchants>,
): Promise<Answer<ListMerchants>> {
  const listing = { operation: "merchants.list", merchantId, filters: {} };
  const after = cursor === undefined ? undefined : fromCursor(listing, cursor, ["text"])[0];
  const found = await listStoredMerchants(db, { after, limit: limit + 1 });
  const { rows: merchants, ...rest } = pageOf(found, limit, ({ id }) => toCursor(listing, [id]));
  return { merchants, ...rest };
}

/**
 * The secret is answered this once. A known application keeps its name: ALREADY_EXISTS for another. INVALID_TIME for a token
 * that could never be used.
 */
export async function createToken(
  { gate: { db }, now }: { readonly gate: Gate; readonly now: () => Micros },
  principal: Principal,
  input: Parsed<CreateToken>,
): Promise<Answer<CreateToken>> {
  const { merchantId = principal.merchantId, scopes, expiresAt } = input;
  if (expiresAt !== undefined) mustBeAhead(expiresAt, now());
  const token = makeToken();
  const id = newTokenId();
  const { id: applicationId = newApplicationId(), name } = input.application;
  await inTransaction(db, async (inside) => {
    if ((await readMerchantById(inside, merchantId)) === undefined)
      throw refuse("NOT_FOUND", `there is no merchant ${merchantId}`, {
        path: ["merchantId"],
        subject: { kind: "merchant", id: merchantId },
      });
    const kept = await keepApplication(inside, { merchantId, id: applicationId, name });
    if (kept !== name)
      throw refuse("ALREADY_EXISTS", `the application ${applicationId} is named ${kept}`, {
        path: ["application", "name"],
        subject: { kind: "application", id: applicationId },
      });
    const secretHash = hashOf(token);
    const unique = [...new Set(scopes)];
    await insertToken(inside, {
      merchantId,
      id,
      applicationId,
      secretHash,
      scopes: unique,
      expiresAt,
    });
  });
  const info = await readToken(db, merchantId, id);
  if (info === undefined) throw new Error("a token just made is gone");
  return { token, info };
}

function mustBeAhead(expiresAt: string, now: Micros): void {
  if ((parseTime(expiresAt) ?? 0) > now) return;
  const message = `${expiresAt} has passed: the token could never be used; it is ${formatTime(now)} now`;
  throw refuse("INVALID_TIME", message, { path: ["expiresAt"] });
}

export async function listTokens(
  { db }: Gate,
  principal: Principal,
  { merchantId = principal.merchantId, limit, cursor }: Parsed<ListTokens>,
): Promise<Answer<ListTokens>> {
  const listing = { operation: "tokens.list", merchantId, filters: {} };
  const after = cursor === undefined ? undefined : fromCursor(listing, cursor, ["text"])[0];
  const found = await listStoredTokens(db, merchantId, { after, limit: limit + 1 });
  const { rows: tokens, ...rest } = pageOf(found, limit, ({ id }) => toCursor(listing, [id]));
  return { tokens, ...rest };
}

/** Revoking twice answers the first revocation. */
export async function revokeToken(
  { db }: Gate,
  principal: Principal,
  { id, merchantId = principal.merchantId }: Parsed<RevokeToken>,
): Promise<Answer<RevokeToken>> {
  await untilDone(() => revokeStoredToken(db, merchantId, id));
  const info = await readToken(db, merchantId, id);
  if (info !== undefined) return { info };
  throw refuse("NOT_FOUND", `there is no token ${id}`, {
    path: ["id"],
    subject: { kind: "token", id },
  });
}

export async function currentToken(
  { db }: Gate,
  { merchantId, tokenId }: Principal,
): Promise<Answer<CurrentToken>> {
  const [info, merchant] = await Promise.all([
    readToken(db, merchantId, tokenId),
    readMerchantById(db, merchantId),
  ]);
  if (info === undefined || merchant === undefined) throw new Error("a principal without a token");
  return { info, merchant };
}
