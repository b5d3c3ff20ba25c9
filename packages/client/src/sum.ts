/** Decimals as they travel: at most 5 places. A float would round what a till shows (L12). */
const PLACES = 5;

function scaledOf(text: string): bigint {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const scaled = BigInt(whole + fraction.padEnd(PLACES, "0"));
  return text.startsWith("-") ? -scaled : scaled;
}

/** Whole, and so far below 2 to the 53rd that a number adds two of them exactly. */
const FEW_DIGITS = /^-?\d{1,14}$/;

/** The exact sum of two canonical quantities, as canonical text. */
export function sum(left: string, right: string): string {
  // Nearly all quantities are whole and small, and numbers are much quicker than bigints.
  if (FEW_DIGITS.test(left) && FEW_DIGITS.test(right)) return String(Number(left) + Number(right));
  const scaled = scaledOf(left) + scaledOf(right);
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(PLACES + 1, "0");
  const fraction = digits.slice(-PLACES).replace(/0+$/, "");
  const whole = digits.slice(0, -PLACES) + (fraction === "" ? "" : `.${fraction}`);
  return scaled < 0n ? `-${whole}` : whole;
}

/** The same quantity on the other side of zero. */
export function negative(quantity: string): string {
  return sum("0", quantity.startsWith("-") ? quantity.slice(1) : `-${quantity}`);
}
