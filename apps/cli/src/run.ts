import type { Command } from "commander";
import { EXIT_CODES, type ExitCode } from "./exit-codes.ts";
import { type Io, write } from "./io.ts";
import { buildProgram } from "./program.ts";

/** Commands that end their work in good order when interrupted, and answer 130 themselves. */
const FINISHES_IN_ORDER: readonly (readonly string[])[] = [
  ["import"],
  ["changes", "tail"],
  ["replica"],
  // What is sent under a key has to say how it is settled.
  ...["receive", "sell", "waste", "count", "move", "adjust"].map((verb) => [verb]),
  ["items", "create"],
];

/**
 * The CLI without a process: the words after `bincard` in, an exit code out. Data goes to `io.stdout`,
 * everything else to `io.stderr`; nothing is thrown.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: ExitCode = EXIT_CODES.ok;
  const program = buildProgram({ io, argv, finish: (answer) => (code = answer) });
  try {
    const words = argv.length === 0 ? ["--help"] : [...argv];
    const working = program.parseAsync(words, { from: "user" });
    await (finishesInOrder(argv) ? working : Promise.race([working, interrupted(io)]));
    return code;
  } catch (error) {
    // Help and --version end commander's parsing by throwing; what was asked for is printed.
    if (isShown(error)) return EXIT_CODES.ok;
    // A group without a verb: commander has printed the group's help on stderr.
    if (hasCode(error, "commander.help")) return EXIT_CODES.usage;
    // The reader of a pipe has seen enough.
    if (hasCode(error, "EPIPE")) return EXIT_CODES.ok;
    const { faultOf, faultText } = await import("./fault.ts");
    const fault = faultOf(error, commandAmong(program, argv));
    await write(io.stderr, faultText(fault, { io, machine: wantsJson(argv) })).catch(
      () => undefined,
    );
    return fault.exitCode;
  }
}

/** The words that name the command: `items create`. */
function commandAmong(program: Command, argv: readonly string[]): string[] {
  const [word = "", ...others] = argv;
  const found = program.commands.find((candidate) => candidate.name() === word);
  return found === undefined ? [] : [word, ...commandAmong(found, others)];
}

function finishesInOrder(argv: readonly string[]): boolean {
  return FINISHES_IN_ORDER.some((words) => words.every((word, index) => argv[index] === word));
}

async function interrupted(io: Io): Promise<never> {
  const { interruption } = await import("./interruption.ts");
  return interruption(io);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function isShown(error: unknown): boolean {
  return hasCode(error, "commander.helpDisplayed") || hasCode(error, "commander.version");
}

/** Read from the bare words, since words that do not parse must be refused in the form asked for. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) =>
      word === "--json" ||
      /^(--output=|-o=?)(json|ndjson)$/.test(word) ||
      (/^(-o|--output)$/.test(word) && /^(json|ndjson)$/.test(argv[index + 1] ?? "")),
  );
}
