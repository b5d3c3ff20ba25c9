import type { Principal } from "@bincard/contracts";
import type { ConsoleSessions } from "@bincard/core";

/** The part of the ledger that knows tokens. */
export interface TokenKeeper {
  /** @throws Refusal UNAUTHENTICATED, TOKEN_EXPIRED or TOKEN_REVOKED. */
  authenticate(token: string): Promise<Principal>;
  readonly sessions: Pick<ConsoleSessions, "authenticate">;
}
