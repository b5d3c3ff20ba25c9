import * as z from "zod";
import { extra } from "./extra.ts";
import { chosenLocationId, locationId, merchantId } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { pageInput } from "./page.ts";
import { someText, text } from "./text.ts";
import { time } from "./time.ts";

export const LOCATION_STATUSES = ["ACTIVE", "INACTIVE"] as const;
const status = z.enum(LOCATION_STATUSES);

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
const timezone = z
  .string()
  .min(1)
  .max(LIMITS.timezoneCharacters, { abort: true })
  .refine(isTimeZone, "must be an IANA time zone");

const fields = {
  /** Unique among a merchant's locations: ALREADY_EXISTS otherwise. */
  name: someText(LIMITS.nameCharacters),
  description: text(LIMITS.descriptionCharacters).optional(),
  timezone: timezone.optional(),
  extra: extra.optional(),
};

/** Where stock lies: a shop, a warehouse, a van. */
export const location = z.object({
  id: locationId,
  merchantId,
  name: z.string(),
  description: z.string().optional(),
  timezone: z.string().optional(),
  status,
  extra: extra.optional(),
  createdAt: time,
});
export type Location = z.infer<typeof location>;

export const createLocationInput = z.strictObject({
  id: chosenLocationId.optional(),
  ...fields,
  status: status.default("ACTIVE"),
});
/** Fields left out keep their value. `extra` takes the place of all there was. */
export const updateLocationInput = z
  .strictObject({
    id: locationId,
    ...fields,
    name: fields.name.optional(),
    status: status.optional(),
    /** Sets these fields of `extra` and leaves its others, whoever else updates them at the same time. */
    extraFields: extra.optional(),
  })
  .refine((given) => given.extra === undefined || given.extraFields === undefined, {
    message: "must not be given along with extra",
    path: ["extraFields"],
    params: { failure: "CONFLICTING_FIELDS" },
  });
export const getLocationInput = z.strictObject({ id: locationId });
export const locationOutput = z.object({ location });
/** Oldest first. */
export const listLocationsInput = z.strictObject({ ...pageInput });
export const locationsPage = z.object({
  locations: z.array(location),
  cursor: z.string().optional(),
});
