import type { Principal } from "@bincard/contracts";

/** The part of the ledger that knows tokens. */
export interface TokenKeeper {
  /** @throws Refusal UNAUTHENTICATED, TOKEN_EXPIRED or TOKEN_REVOKED. */
  authenticate(token: string): Promise<Principal>;
}
