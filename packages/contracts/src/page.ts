import * as z from "zod";
import { LIMITS } from "./limits.ts";

export const limit = z.int().min(1).max(LIMITS.pageSizeMax).default(LIMITS.pageSizeDefault);
/** Opaque. It belongs to the filters it was answered with and does not expire (L9, L10). */
export const cursor = z.string().min(1).max(LIMITS.cursorCharacters);

/** What every listing takes besides its filters. */
export const pageInput = { limit, cursor: cursor.optional() };

export const filterIds = (id: z.ZodString) =>
  z.array(id).min(1).max(LIMITS.idsPerFilter).optional();
