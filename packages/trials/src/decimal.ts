/** The trials' own exact decimals: hundred-thousandths as bigint, apart from the product's. */
export type Amount = bigint;

const PLACES = 5;
const LONGEST = 26;

export function amountOf(text: string): Amount {
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = text.replace(/^[+-]/, "").split(".");
  const amount = BigInt(whole + fraction.padEnd(PLACES, "0").slice(0, PLACES));
  return negative ? -amount : amount;
}

export function textOf(amount: Amount): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(PLACES + 1, "0");
  const point = digits.length - PLACES;
  const fraction = digits.slice(point).replace(/0+$/, "");
  const text = digits.slice(0, point) + (fraction === "" ? "" : `.${fraction}`);
  return amount < 0n ? `-${text}` : text;
}

/** Whether a count of this much can be written at all (L12). */
export const fits = (amount: Amount): boolean => textOf(amount).length <= LONGEST;
