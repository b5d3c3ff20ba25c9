import { Refusal } from "@bincard/contracts";

/** The refusal of work that must be refused; anything else it throws or answers fails the test. */
export async function refusalOf(work: () => Promise<unknown>): Promise<Refusal> {
  let answer: unknown;
  try {
    answer = await work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`it was not refused but answered ${JSON.stringify(answer).slice(0, 200)}`);
}

/** What a test usually says of a refusal: code and path of each failure. */
export async function faultsOf(work: () => Promise<unknown>) {
  const { failures } = await refusalOf(work);
  return failures.map(({ code, path }) => [code, path]);
}
