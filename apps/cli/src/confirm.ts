import { Complaint } from "./complaint.ts";
import type { Context } from "./context.ts";
import { EXIT_CODES } from "./exit-codes.ts";

/**
 * Asks before something that cannot be taken back. Off a terminal nobody can answer: there it takes
 * `--yes`, and the refusal is the whole command to run.
 */
export async function confirmed(
  context: Context,
  { question, yes }: { question: string; yes: boolean | undefined },
): Promise<void> {
  if (yes === true) return;
  if (!context.canAsk)
    throw new Complaint("CONFIRMATION_NEEDED", question, {
      exitCode: EXIT_CODES.usage,
      hint: `to go ahead: ${commandLine([...context.argv, "--yes"])}`,
    });
  const { confirm } = await import("@clack/prompts");
  const answer = await confirm({
    message: question,
    initialValue: false,
    input: context.io.stdin,
    output: context.io.stderr,
  });
  if (answer === true) return;
  throw new Complaint("INTERRUPTED", "nothing was done", { exitCode: EXIT_CODES.interrupted });
}

/** The words as a shell takes them. */
export function commandLine(words: readonly string[]): string {
  const quoted = words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`,
  );
  return ["bincard", ...quoted].join(" ");
}
