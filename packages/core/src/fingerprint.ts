import { createHash } from "node:crypto";

/**
 * What tells "same body" from "other body" (L6): SHA-256 of the request as it was parsed, so that 1.50
 * and 1.5, or another order of the fields, are the same. Parsing gives every object its schema's order
 * of fields, so its JSON is canonical.
 */
export function fingerprintOf(operation: string, parsed: unknown): string {
  return createHash("sha256")
    .update(operation)
    .update("\n")
    .update(JSON.stringify(parsed))
    .digest("hex");
}
