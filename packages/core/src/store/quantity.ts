import { LIMITS, type Scaled } from "@bincard/contracts";

const STORED = /^(-?)(\d+)(?:\.(\d*?)0*)?$/;

/**
 * A numeric as Postgres prints it. Sums may be longer than what a request may say, so there is no bound
 * on the length; a sixth place means that somebody else wrote it, and must not be computed with.
 */
export function scaledOf(printed: string): Scaled {
  const match = STORED.exec(printed);
  const [, sign, whole = "", fraction = ""] = match ?? [];
  if (match === null || fraction.length > LIMITS.quantityPlaces)
    throw new Error(`the stored quantity ${printed} is not one Bincard wrote`);
  const scaled = BigInt(whole + fraction.padEnd(LIMITS.quantityPlaces, "0"));
  return sign === "-" ? -scaled : scaled;
}
