import { SCOPES } from "@bincard/contracts";
import { newApplicationId, newLocationId, newMerchantId, newTokenId } from "./ids.ts";
import {
  insertMerchant,
  insertToken,
  keepApplication,
  listStoredMerchants,
  lockFirstMerchant,
} from "./store/access.ts";
import { connect } from "./store/connect.ts";
import { inTransaction } from "./store/transaction.ts";
import { hashOf } from "./token.ts";

/**
 * Makes the first merchant of an empty ledger and its root token, which carries every scope; otherwise
 * changes nothing. `token` is the secret to use, or says it once it is needed: what that throws is thrown, and
 * nothing is made. Only its hash is kept.
 */
export async function ensureRoot(
  databaseUrl: string,
  { token }: { readonly token: string | (() => Promise<string>) },
): Promise<{ readonly created: boolean; readonly merchantId: string }> {
  const { gate, close } = connect(databaseUrl);
  try {
    return await inTransaction(gate.db, async (inside) => {
      await lockFirstMerchant(inside);
      const [first] = await listStoredMerchants(inside, { after: undefined, limit: 1 });
      if (first !== undefined) return { created: false, merchantId: first.id };
      const secret = typeof token === "string" ? token : await token();
      const merchantId = newMerchantId();
      await insertMerchant(inside, {
        id: merchantId,
        name: "Bincard",
        locationId: newLocationId(),
      });
      const applicationId = newApplicationId();
      await keepApplication(inside, { merchantId, id: applicationId, name: "Root" });
      await insertToken(inside, {
        merchantId,
        id: newTokenId(),
        applicationId,
        secretHash: hashOf(secret),
        scopes: SCOPES,
        expiresAt: undefined,
      });
      return { created: true, merchantId };
    });
  } finally {
    await close();
  }
}
