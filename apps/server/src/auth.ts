import { LIMITS, type Principal, refuse } from "@bincard/contracts";

/** The part of the ledger that knows tokens. */
export interface TokenKeeper {
  /** @throws Refusal UNAUTHENTICATED, TOKEN_EXPIRED or TOKEN_REVOKED. */
  authenticate(token: string): Promise<Principal>;
}

/** RFC 6750: the scheme in any case, then one token. */
const BEARER = /^bearer +([\x21-\x7e]+) *$/i;

/**
 * Who is asking. Both doors ask this before they read anything else of a request.
 * @throws Refusal UNAUTHENTICATED, TOKEN_EXPIRED or TOKEN_REVOKED.
 */
export async function authenticate(request: Request, ledger: TokenKeeper): Promise<Principal> {
  const header = request.headers.get("authorization");
  if (header === null) {
    throw refuse("UNAUTHENTICATED", 'send the header "Authorization: Bearer" with your token');
  }
  const token = BEARER.exec(header)?.[1];
  if (token === undefined || token.length > LIMITS.tokenCharacters) {
    throw refuse("UNAUTHENTICATED", 'the header Authorization must be "Bearer" and a token');
  }
  return ledger.authenticate(token);
}
