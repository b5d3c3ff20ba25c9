/** Timers of the platform take no more: 24 days, in milliseconds. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits, or less when the signal says so; what comes next then reports the abort. */
export async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(waitMs, LONGEST_TIMER_MS));
    signal?.addEventListener("abort", done, { once: true });
    if (signal?.aborted === true) done();
  });
}
