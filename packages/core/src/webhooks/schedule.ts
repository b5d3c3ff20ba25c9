/** Minutes between an attempt that failed and the next one: Square's, 24 hours in all. */
const WAITS = [1, 2, 4, 8, 16, 32, 60, 120, 240, 480, 480] as const;
const MINUTE_MS = 60_000;

/** How long to wait after so many attempts have failed; undefined when that was the last. */
export function waitAfter(attempts: number, scale: number): number | undefined {
  const minutes = WAITS[attempts - 1];
  return minutes === undefined ? undefined : minutes * MINUTE_MS * scale;
}
