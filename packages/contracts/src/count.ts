import * as z from "zod";
import { catalogObjectId, locationId } from "./ids.ts";
import { filterIds, pageInput } from "./page.ts";
import { quantity } from "./quantity.ts";
import { state } from "./state.ts";
import { time, timeInput } from "./time.ts";

/**
 * The quantity of one key now. A key that nothing ever moved has no count, which is not the same as
 * 0.
 */
export const count = z.object({
  catalogObjectId,
  catalogObjectType: z.literal("ITEM_VARIATION"),
  locationId,
  state,
  quantity,
  /** When the last change that governed or moved this count was received. */
  calculatedAt: time,
});
export type Count = z.infer<typeof count>;

/** Newest `calculatedAt` first. Untracked states in `states` are ignored. */
export const listCountsInput = z.strictObject({
  catalogObjectIds: filterIds(catalogObjectId),
  locationIds: filterIds(locationId),
  states: z.array(state).min(1).max(state.options.length).optional(),
  /** Only counts whose `calculatedAt` is after this. */
  updatedAfter: timeInput.optional(),
  ...pageInput,
});

/** By location and state. NOT_FOUND when the merchant has no such catalog object. */
export const countsOfObjectInput = z.strictObject({
  catalogObjectId,
  locationIds: filterIds(locationId),
  ...pageInput,
});

export const countsPage = z.object({ counts: z.array(count), cursor: z.string().optional() });
export type CountsPage = z.infer<typeof countsPage>;
