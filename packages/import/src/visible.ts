/**
 * Words about a file, fit for a terminal: a file may be anything, and what its bytes would do there is not to
 * happen. Line breaks stay.
 */
export function visible(text: string): string {
  return text.replace(CONTROLS, "\u00b7");
}

const CONTROLS = /(?!\n)\p{Cc}/gu;
