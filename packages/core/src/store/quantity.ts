import { LIMITS, type Scaled } from "@bincard/contracts";

const STORED = /^(-?)(\d+)(?:\.(\d*?)0*)?$/;

/**
 * A numeric as Postgres prints it. Sums may be longer than what a request may say, so there is no bound
 * on the length; a sixth place means that somebody else wrote it, and must not be computed with.
 */
export function scaledOf(printed: string): Scaled {
  const { sign, whole, fraction } = partsOf(printed);
  const scaled = BigInt(whole + fraction.padEnd(LIMITS.quantityPlaces, "0"));
  return sign === "-" ? -scaled : scaled;
}

/** The same as the contract's canonical text: for what is only told, and not computed with. */
export function quantityTextOf(printed: string): string {
  const { sign, whole, fraction } = partsOf(printed);
  return fraction === "" ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

function partsOf(printed: string) {
  const [, sign = "", whole, fraction = ""] = STORED.exec(printed) ?? [];
  if (whole === undefined || fraction.length > LIMITS.quantityPlaces)
    throw new Error(`the stored quantity ${printed} is not one Bincard wrote`);
  return { sign, whole, fraction };
}
