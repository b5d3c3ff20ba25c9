import { createHash, randomBytes } from "node:crypto";

const PREFIX = "bincard_";

/** 256 random bits behind a prefix that secret scanners can find. */
export function makeToken(): string {
  return PREFIX + randomBytes(32).toString("base64url");
}

/** What is kept of a token. Its secret is random, so no slow hash is needed. */
export function hashOf(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}
