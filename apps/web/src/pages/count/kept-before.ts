import { fieldsIn } from "../../ledger/fields-in.ts";
import type { CountSheet, Line } from "./count-sheet.ts";
import type { SheetName } from "./count-store.ts";
import { type WholeSheet, wholeOf } from "./open-sheet.ts";

/** Where whole sheets were kept before they were kept line by line. */
const nameOf = ({ merchantId, locationId }: SheetName) =>
  `bincard.count.${merchantId}.${locationId}`;

/** A sheet from then; it stays until `forgetBefore`. */
export function keptBefore(name: SheetName): WholeSheet | undefined {
  try {
    const sheet = sheetIn(localStorage.getItem(nameOf(name)));
    return sheet && wholeOf(sheet);
  } catch {
    // A browser that keeps nothing has nothing.
    return undefined;
  }
}

export function forgetBefore(name: SheetName): void {
  localStorage.removeItem(nameOf(name));
}

/** What was kept, as far as it is a sheet. */
function sheetIn(text: string | null): CountSheet | undefined {
  if (text === null) return undefined;
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isSheet(given) ? given : undefined;
}

function isSheet(given: unknown): given is CountSheet {
  const { version, locationId, begunAt, isBlind, referenceId, planned, lines, posted } =
    fieldsIn(given);
  return (
    version === 1 &&
    [locationId, begunAt, referenceId].every((text) => typeof text === "string") &&
    typeof isBlind === "boolean" &&
    (posted === undefined || typeof posted === "number") &&
    Array.isArray(planned) &&
    planned.every((id) => typeof id === "string") &&
    typeof lines === "object" &&
    lines !== null &&
    Object.values(lines).every(isLine)
  );
}

export function isLine(given: unknown): given is Line {
  const { quantity, at } = fieldsIn(given);
  return typeof quantity === "string" && typeof at === "string";
}
