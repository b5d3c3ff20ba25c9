/** RFC 6750: the scheme in any case, then one token. */
const BEARER = /^bearer +([\x21-\x7e]+) *$/i;

/** The token in the header Authorization; `undefined` when there is no header or it holds none. */
export function bearerIn(authorization: string | null | undefined): string | undefined {
  return BEARER.exec(authorization ?? "")?.[1];
}
