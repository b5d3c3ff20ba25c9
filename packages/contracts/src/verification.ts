import * as z from "zod";
import { catalogObjectId, locationId, merchantId, position } from "./ids.ts";
import { quantity } from "./quantity.ts";
import { state } from "./state.ts";

const key = { catalogObjectId, locationId, state };

/** One difference between what is stored and what the changes say (L8). */
export const finding = z.discriminatedUnion("kind", [
  /** A stored count is not what the changes give. `field` says which of its columns. */
  z.object({
    kind: z.literal("COUNT_DIFFERS"),
    ...key,
    field: z.enum(["quantity", "countedAt", "lastAt", "calculatedAt", "position"]),
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
