/** A key as it was pressed; `at` in milliseconds. */
export interface Press {
  readonly key: string;
  readonly at: number;
}

/** What a scanner has typed so far, as far as can be told. */
export interface Burst {
  readonly text: string;
  readonly lastAt: number;
}

export const QUIET: Burst = { text: "", lastAt: Number.NEGATIVE_INFINITY };

/** Nobody types that fast; a scanner does little else. */
const FASTEST_HUMAN_MILLISECONDS = 45;
/** Shorter codes are typed by hand. */
const CODE_CHARACTERS_MIN = 4;

export type Heard =
  | { readonly kind: "typing"; readonly burst: Burst }
  /** All of it came from a scanner, and this was its end. */
  | { readonly kind: "scanned"; readonly code: string };

/** A scanner is a keyboard that types a code at once and ends it with Enter, wherever the focus may be. */
export function hear({ text, lastAt }: Burst, { key, at }: Press): Heard {
  const isQuick = at - lastAt <= FASTEST_HUMAN_MILLISECONDS;
  if (key === "Enter" || key === "Tab") {
    const isCode = isQuick && text.length >= CODE_CHARACTERS_MIN;
    return isCode ? { kind: "scanned", code: text } : { kind: "typing", burst: QUIET };
  }
  // Shift and its like come between the characters of a code.
  if (key.length !== 1) return { kind: "typing", burst: { text, lastAt: isQuick ? at : lastAt } };
  return { kind: "typing", burst: { text: isQuick ? text + key : key, lastAt: at } };
}
