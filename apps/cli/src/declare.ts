import { Argument, type Command, Option } from "commander";
import { type CommonOptions, Context } from "./context.ts";
import type { ExitCode } from "./exit-codes.ts";
import { FORMATS } from "./formats.ts";
import type { Io } from "./io.ts";

export interface OptionDeclaration {
  /** As commander writes them: `--at <time>`. */
  readonly flags: string;
  readonly about: string;
  /** May be given several times; the command is handed a list. */
  readonly many?: true;
  readonly choices?: readonly string[];
  readonly mandatory?: true;
}

export interface Call<Options> {
  readonly args: readonly string[];
  readonly options: Options;
}

export interface CommandDeclaration<Options> {
  /** `receive` */
  readonly name: string;
  /** `<item>` is needed, `[item]` is not, `[items...]` is a list. */
  readonly args?: readonly { readonly name: string; readonly about: string }[];
  readonly about: string;
  readonly options?: readonly OptionDeclaration[];
  /** At least one: a command without an example is a fault. Each is a whole command line. */
  readonly examples: readonly [string, ...string[]];
  /** More to know, printed before the examples. */
  readonly notes?: string;
  /** Loads the command's own module when it is called and not before: help stays quick. */
  readonly action: (context: Context, call: Call<Options>) => Promise<ExitCode | void>;
}

/** Where the program is being built: what it runs in, and where its exit code goes. */
export interface Building {
  readonly io: Io;
  readonly argv: readonly string[];
  readonly finish: (code: ExitCode) => void;
}

export type Declare = <Options>(
  parent: Command,
  declaration: CommandDeclaration<Options>,
) => Command;

const COMMON: readonly OptionDeclaration[] = [
  { flags: "-o, --output <format>", about: "how to print data", choices: FORMATS },
  { flags: "--json", about: "short for --output json" },
  { flags: "--profile <name>", about: "which saved server and token to use (BINCARD_PROFILE)" },
  { flags: "--quiet", about: "no notes on stderr" },
];

function toOption({ flags, about, many, choices, mandatory }: OptionDeclaration): Option {
  const option = new Option(flags, about);
  if (choices !== undefined) option.choices([...choices]);
  if (mandatory === true) option.makeOptionMandatory();
  if (many === true)
    option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/** Adds declared commands to a commander program. */
export function declarer({ io, argv, finish }: Building): Declare {
  return <Options>(parent: Command, declaration: CommandDeclaration<Options>) => {
    const command = parent.command(declaration.name).description(declaration.about);
    for (const { name, about } of declaration.args ?? [])
      command.addArgument(new Argument(name, about));
    for (const option of declaration.options ?? []) command.addOption(toOption(option));
    for (const option of COMMON) command.addOption(toOption(option));
    command.addHelpText("after", helpAfter(declaration));
    command.action(async () => {
      const context = new Context(io, argv, command.opts<CommonOptions>());
      const options = command.opts<Options & object>();
      const code = await declaration.action(context, { args: command.args, options });
      finish(code ?? 0);
    });
    return command;
  };
}

function helpAfter({ notes, examples }: CommandDeclaration<never>): string {
  const lines = examples.map((example) => `  $ ${example}`);
  return `${notes === undefined ? "" : `\n${notes}\n`}\nExamples:\n${lines.join("\n")}`;
}

/** A noun that only groups verbs. */
export function declareGroup(program: Command, name: string, about: string): Command {
  return program.command(name).description(about).helpCommand(false);
}
