import { didYouMean } from "@bincard/import/similar";
import type { Command } from "commander";
import { Complaint } from "../complaint.ts";
import type { Declare } from "../declare.ts";
import { EXIT_CODES, exitCodesPage } from "../exit-codes.ts";
import { write } from "../io.ts";

/** `help`, `help exit-codes`, `help items create`. */
export function declareHelp(program: Command, declare: Declare): void {
  declare(program, {
    name: "help",
    args: [{ name: "[topic...]", about: "a command, or exit-codes" }],
    about: "help on a command or a topic",
    examples: ["bincard help exit-codes", "bincard help items create"],
    action: async ({ io }, { args }) => {
      if (args[0] === "exit-codes") return write(io.stdout, exitCodesPage());
      find(program, args).outputHelp();
    },
  });
}

function find(program: Command, words: readonly string[]): Command {
  return words.reduce((command, word) => {
    const found = command.commands.find((candidate) => candidate.name() === word);
    if (found !== undefined) return found;
    const known = command.commands.map((candidate) => candidate.name());
    throw new Complaint("USAGE", `there is no command "${words.join(" ")}"`, {
      exitCode: EXIT_CODES.usage,
      hint: didYouMean(word, known) ?? "bincard --help",
    });
  }, program);
}
