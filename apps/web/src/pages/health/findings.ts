import type { Finding } from "@bincard/contracts";

export interface ToldFinding {
  /** What is wrong, in a sentence. */
  readonly what: string;
  /** Where: the count, the position, the row. */
  readonly where: string;
  readonly stored: string | undefined;
  readonly expected: string | undefined;
}

/** A finding of `verify` in words. A kind without words does not compile. */
export function tellFinding(finding: Finding, nameOf: (id: string) => string): ToldFinding {
  const none = { stored: undefined, expected: undefined };
  switch (finding.kind) {
    case "COUNT_DIFFERS":
      return {
        what: `A count's ${finding.field} is not what its changes give`,
        where: placeOf(finding, nameOf),
        stored: finding.stored,
        expected: finding.expected,
      };
    case "COUNT_MISSING":
      return {
        what: "A count is missing that its changes give",
        where: placeOf(finding, nameOf),
        stored: undefined,
        expected: finding.expected,
      };
    case "COUNT_UNEXPLAINED":
      return {
        what: "A count is there that no change accounts for",
        where: placeOf(finding, nameOf),
        stored: finding.stored,
        expected: undefined,
      };
    case "CHANGE_MISSING":
      return { what: "A change is missing", where: at(finding.position), ...none };
    case "CHANGE_UNEXPLAINED":
      return {
        what: "A change stands above the end of the log",
        where: at(finding.position),
        ...none,
      };
    case "RECEIPT_OUT_OF_ORDER":
      return {
        what: "A change was received before its predecessor",
        where: at(finding.position),
        ...none,
      };
    case "CHANGE_MALFORMED":
      return {
        what: `A change that the rules refuse: ${finding.reason}`,
        where: at(finding.position),
        ...none,
      };
    case "KEY_MISSING":
      return {
        what: "No idempotency key accounts for these changes",
        where: span(finding),
        ...none,
      };
    case "KEY_UNEXPLAINED":
      return {
        what: `The key ${finding.idempotencyKey} names changes that are not one batch`,
        where: span(finding),
        ...none,
      };
    case "MERCHANT_DIFFERS":
      return {
        what: `The merchant's ${finding.field} is not what the rest gives`,
        where: "Merchant",
        stored: finding.stored,
        expected: finding.expected,
      };
    case "ROW_MISSING":
    case "ROW_MALFORMED":
      return { what: finding.reason, where: `${finding.table}, ${finding.id}`, ...none };
  }
}

interface Place {
  readonly catalogObjectId: string;
  readonly locationId: string;
  readonly state: string;
}
const placeOf = ({ catalogObjectId, locationId, state }: Place, nameOf: (id: string) => string) =>
  `${nameOf(catalogObjectId)}, ${nameOf(locationId)}, ${STATES[state] ?? state}`;
const STATES: Readonly<Record<string, string>> = { IN_STOCK: "in stock", WASTE: "waste" };
const at = (position: number) => `Position ${position.toLocaleString()}`;
const span = ({ position, last }: { readonly position: number; readonly last: number }) =>
  position === last
    ? at(position)
    : `Positions ${position.toLocaleString()} to ${last.toLocaleString()}`;
