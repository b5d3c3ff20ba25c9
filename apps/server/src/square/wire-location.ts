import * as z from "zod";
import { ignored, json } from "./wire.ts";

/** Members of a Location that Bincard keeps without reading. */
export const CARRIED_LOCATION_FIELDS = [
  "address",
  "country",
  "language_code",
  "currency",
  "phone_number",
  "business_name",
  "type",
  "website_url",
  "business_hours",
  "business_email",
  "twitter_username",
  "instagram_username",
  "facebook_url",
  "coordinates",
  "mcc",
  "tax_ids",
  "custom_receipt_text",
  "return_policy",
] as const;
type Carried = (typeof CARRIED_LOCATION_FIELDS)[number];

const kept = json.optional();
const carried = {
  address: kept,
  country: kept,
  language_code: kept,
  currency: kept,
  phone_number: kept,
  business_name: kept,
  type: kept,
  website_url: kept,
  business_hours: kept,
  business_email: kept,
  twitter_username: kept,
  instagram_username: kept,
  facebook_url: kept,
  coordinates: kept,
  mcc: kept,
  tax_ids: kept,
  custom_receipt_text: kept,
  return_policy: kept,
} satisfies Record<Carried, z.ZodType>;

const fields = {
  ...carried,
  name: z.string().optional(),
  description: z.string().optional(),
  timezone: z.string().optional(),
  status: z.enum(["ACTIVE", "INACTIVE"]).optional(),
  id: ignored,
  merchant_id: ignored,
  created_at: ignored,
  capabilities: ignored,
  logo_url: ignored,
  pos_background_url: ignored,
  full_format_logo_url: ignored,
};

/** POST locations. */
export const createLocationWire = z.strictObject({
  location: z.strictObject({ ...fields, name: z.string() }),
});
/** PUT locations/{location_id}. */
export const updateLocationWire = z.strictObject({ location: z.strictObject(fields) });
export type WireLocation = z.output<typeof updateLocationWire>["location"];
