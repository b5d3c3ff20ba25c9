/**
 * A time of the ledger as text that compares. It has up to six places and leaves out the zeros at its end; browsers keep three.
 */
export function sortable(time: string): string {
  const [seconds = "", fraction = ""] = time.replace(/Z$/, "").split(".");
  return `${seconds}.${fraction.padEnd(6, "0")}`;
}
