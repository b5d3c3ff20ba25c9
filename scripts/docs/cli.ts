import { PassThrough } from "node:stream";
import type { Command } from "commander";
import { exitCodesPage } from "../../apps/cli/src/exit-codes.ts";
import type { Io } from "../../apps/cli/src/io.ts";
import { buildProgram } from "../../apps/cli/src/program.ts";
import { run } from "../../apps/cli/src/run.ts";
import { code, page } from "./markdown.ts";

const COLUMNS = 100;

/** Every command's own help page. */
export async function cliPage(): Promise<string> {
  const { io } = capture();
  const program = buildProgram({ io, argv: [], finish: () => undefined });
  const sections = [`\`\`\`text\n${await helpOf([])}\n\`\`\``];
  for (const words of leaves(program, []))
    sections.push(`## ${words.join(" ")}\n\n\`\`\`text\n${await helpOf(words)}\n\`\`\``);
  sections.push(`## Exit codes\n\n\`\`\`text\n${exitCodesPage().trim()}\n\`\`\``);
  const body = `Inside this repository the command is ${code("pnpm bincard …")}.\n\n${sections.join("\n\n")}`;
  return page("The bincard command", { from: "the commands' own help", body });
}

function leaves(command: Command, words: readonly string[]): string[][] {
  return command.commands.flatMap((child) => {
    const path = [...words, child.name()];
    const within = leaves(child, path);
    // A group of verbs has a heading only where it does something by itself.
    return within.length === 0 || child.registeredArguments.length > 0 ? [path, ...within] : within;
  });
}

async function helpOf(words: readonly string[]): Promise<string> {
  const { io, printed } = capture();
  const exitCode = await run([...words, "--help"], io);
  if (exitCode !== 0) throw new Error(`"bincard ${words.join(" ")} --help" failed`);
  return printed().trim();
}

function capture(): { io: Io; printed: () => string } {
  const chunks: string[] = [];
  const stdout = Object.assign(new PassThrough(), { columns: COLUMNS });
  stdout.on("data", (chunk: Buffer) => chunks.push(chunk.toString("utf8")));
  const io: Io = {
    stdin: new PassThrough(),
    stdout,
    stderr: Object.assign(new PassThrough(), { columns: COLUMNS }),
    env: {},
    cwd: "/",
    interrupted: new AbortController().signal,
  };
  return { io, printed: () => chunks.join("") };
}
