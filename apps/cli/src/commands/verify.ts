import { FINDING_COLUMNS } from "../columns.ts";
import type { Context } from "../context.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { plural } from "../plural.ts";
import { printAnswer } from "../print.ts";

/** Prints what differs; 7 when anything does. */
export async function verify(context: Context): Promise<ExitCode> {
  const client = await context.client();
  const answer = await client.ledger.verify({}, { timeoutMs: VERIFY_MS });
  await printAnswer(context, answer, { columns: FINDING_COLUMNS, rows: answer.findings });
  const { counts, changes, position, findingCount } = answer;
  await context.note(
    `${plural(counts, "count")} from ${plural(changes, "change")} up to position ${position}: ` +
      (findingCount === 0 ? "all as they should be" : plural(findingCount, "difference")),
  );
  return findingCount === 0 ? EXIT_CODES.ok : EXIT_CODES.drift;
}

/** Verifying reads every change there is: a big ledger may take minutes. */
export const VERIFY_MS = 30 * 60_000;
