import { fieldsIn } from "../../ledger/fields-in.ts";

/** With what a file's import was begun: whoever goes on with it must say the same (L6). */
export interface Begun {
  readonly map: string;
  /** Where it stands; `undefined` while it is not finished. */
  readonly finishedAt?: string | undefined;
}

const nameOf = (merchantId: string, sha256: string) => `bincard.import.${merchantId}.${sha256}`;

export function begunWith(merchantId: string, sha256: string): Begun | undefined {
  try {
    const given: unknown = JSON.parse(localStorage.getItem(nameOf(merchantId, sha256)) ?? "null");
    const { map, finishedAt } = fieldsIn(given);
    if (typeof map !== "string") return undefined;
    return { map, ...(typeof finishedAt === "string" && { finishedAt }) };
  } catch {
    return undefined;
  }
}

export function keepBegun(
  { merchantId, sha256 }: { readonly merchantId: string; readonly sha256: string },
  begun: Begun,
): void {
  try {
    localStorage.setItem(nameOf(merchantId, sha256), JSON.stringify(begun));
  } catch {
    // A browser that keeps nothing leaves it to the ledger to recognise the rows.
  }
}
