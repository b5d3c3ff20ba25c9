import type { ImportMap } from "./map.ts";
import type { Row } from "./table.ts";

const REASON = "reason";

/** The heading of the file of rows that were not imported: the file's own, and why. */
export function rejectedHeading(columns: readonly string[]): readonly string[] {
  return [...columns.filter((column) => column !== REASON), REASON];
}

/**
 * A row that was not imported, as it was in the file, with the reason in one more column. Mended, it can be imported
 * with the same map.
 */
export function rejectedFields(
  columns: readonly string[],
  { fields, line }: Row,
  reason: string,
): readonly string[] {
  // A second round of mending replaces the reason of the first.
  const kept = fields.filter((_, index) => columns[index] !== REASON);
  const width = rejectedHeading(columns).length - 1;
  const padded = [...kept, ...Array.from({ length: Math.max(0, width - kept.length) }, () => "")];
  return [...padded, `line ${line}: ${reason}`];
}

/**
 * Text as a file of the map's encoding has it; `place` says whether the file begins with it. A reason may have letters that the
 * encoding does not: names of the ledger.
 */
export function rejectedBytes(
  text: string,
  { encoding, place }: Pick<ImportMap["csv"], "encoding"> & { readonly place: "first" | "next" },
): Uint8Array<ArrayBuffer> {
  if (encoding === "utf8") return new TextEncoder().encode(text);
  if (encoding === "latin1")
    return Uint8Array.from(text.replace(/[^\0-\xFF]/gu, "?"), (letter) => letter.charCodeAt(0));
  // Without its mark, programs for tables do not know this encoding.
  const marked = place === "first" ? `\uFEFF${text}` : text;
  const bytes = new DataView(new ArrayBuffer(marked.length * 2));
  for (let at = 0; at < marked.length; at += 1)
    bytes.setUint16(at * 2, marked.charCodeAt(at), true);
  return new Uint8Array(bytes.buffer);
}
