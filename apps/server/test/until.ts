const LONGEST_MS = 60_000;

/** Asks until it is so. A condition that cannot be asked is not so; one that never comes to be so fails with its own words. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const begun = performance.now();
  let cause: unknown;
  const isSo = async () => {
    try {
      return await condition();
    } catch (error) {
      cause = error;
      return false;
    }
  };
  while (!(await isSo())) {
    if (performance.now() - begun > LONGEST_MS)
      throw new Error(`not so within ${LONGEST_MS / 1_000} s: ${condition.toString()}`, { cause });
    await new Promise((wake) => setTimeout(wake, 10));
  }
}
