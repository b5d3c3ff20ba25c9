import * as z from "zod";
import { catalogObjectId, idempotencyKey, locationId, merchantId, position } from "./ids.ts";
import { quantity } from "./quantity.ts";
import { state } from "./state.ts";

const key = { catalogObjectId, locationId, state };

/** What is stored beside changes and counts. */
const table = z.enum([
  "applications",
  "catalogObjects",
  "counts",
  "idempotencyKeys",
  "locations",
  "merchants",
  "tokens",
]);

/** One difference between what is stored and what the changes say (L8). */
export const finding = z.discriminatedUnion("kind", [
  /** A stored count is not what the changes give. `field` says which of its columns. */
  z.object({
    kind: z.literal("COUNT_DIFFERS"),
    ...key,
    field: z.enum(["quantity", "countedAt", "lastAt", "calculatedAt", "position", "band"]),
    stored: z.string(),
    expected: z.string(),
  }),
  /** The changes give a count that is not stored. */
  z.object({ kind: z.literal("COUNT_MISSING"), ...key, expected: quantity }),
  /** A count is stored that no change accounts for. */
  z.object({ kind: z.literal("COUNT_UNEXPLAINED"), ...key, stored: quantity }),
  /** A position below the merchant's has no change. */
  z.object({ kind: z.literal("CHANGE_MISSING"), position }),
  /** A change stands above the merchant's position. */
  z.object({ kind: z.literal("CHANGE_UNEXPLAINED"), position }),
  /** A change was received before its predecessor: receipt times follow positions. */
  z.object({ kind: z.literal("RECEIPT_OUT_OF_ORDER"), position }),
  /** A recorded change that the rules would have refused. */
  z.object({ kind: z.literal("CHANGE_MALFORMED"), position, reason: z.string() }),
  /** Changes that were received together, from this position on, and no idempotency key accounts for. */
  z.object({ kind: z.literal("KEY_MISSING"), position, last: position }),
  /** An idempotency key says that it recorded changes, which the log does not hold as one batch. */
  z.object({ kind: z.literal("KEY_UNEXPLAINED"), position, last: position, idempotencyKey }),
  /** The merchant's own row is not what the rest gives. */
  z.object({
    kind: z.literal("MERCHANT_DIFFERS"),
    field: z.literal("receivedAt"),
    stored: z.string(),
    expected: z.string(),
  }),
  /** Something names a row that is not there. */
  z.object({ kind: z.literal("ROW_MISSING"), table, id: z.string(), reason: z.string() }),
  /** A row that nothing of Bincard's would have written. */
  z.object({ kind: z.literal("ROW_MALFORMED"), table, id: z.string(), reason: z.string() }),
]);
export type Finding = z.infer<typeof finding>;

export const verifyInput = z.strictObject({});
export const verifyOutput = z.object({
  merchantId,
  /** The merchant's position in the snapshot that was verified. */
  position,
  changes: z.int(),
  counts: z.int(),
  /** All there are; `findings` lists the first thousand. */
  findingCount: z.int(),
  findings: z.array(finding),
});
export type VerifyOutput = z.infer<typeof verifyOutput>;
