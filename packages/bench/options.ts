import { parseArgs } from "node:util";

export interface Options {
  /** Two minutes instead of fifteen: fewer cases, one round each. */
  readonly quick: boolean;
  /** Cases to run; every one of the mode when empty. */
  readonly only: readonly string[];
  /** Length of one window. */
  readonly seconds: number;
  readonly rounds: number;
  /** Whether the documents are written. */
  readonly write: boolean;
  /** Reads at ten million changes, too. */
  readonly large: boolean;
  /** Twenty million changes, longer windows. */
  readonly growth: boolean;
  /** Minutes of the memory soak. */
  readonly soak: number;
  readonly medusa: boolean;
}

export const USAGE = `pnpm bench [--quick] [--only NAME,NAME] [--seconds N] [--rounds N] [--write | --no-write]
           [--large] [--growth] [--soak MINUTES] [--medusa]

  --quick         two minutes: fewer cases, shorter windows, no documents unless --write
  --only          these cases and no others, see below
  --seconds       length of one window (default 2, quick 1)
  --rounds        windows a contender gets, in turns with the others (default 3, quick 2)
  --large         reads, late changes and verify at ten million changes, too: some eight minutes more
  --growth        write speed while history grows to twenty million changes
  --soak MINUTES  one server under load; its memory every ten seconds
  --medusa        fetch @medusajs/inventory into a temporary folder and compare with it
`;

/** @throws TypeError for arguments that do not exist or are not numbers. */
export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: argv.filter((argument) => argument !== "--"),
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      seconds: { type: "string" },
      rounds: { type: "string" },
      write: { type: "boolean" },
      large: { type: "boolean" },
      growth: { type: "boolean", default: false },
      soak: { type: "string" },
      medusa: { type: "boolean", default: false },
    },
    allowNegative: true,
  });
  const { quick, growth, medusa } = values;
  const only = values.only.flatMap((names) => names.split(",")).filter((name) => name !== "");
  return {
    quick,
    growth,
    medusa,
    only,
    seconds: positive("--seconds", values.seconds) ?? (quick ? 1 : 2),
    rounds: positive("--rounds", values.rounds) ?? (quick ? 2 : 3),
    soak: positive("--soak", values.soak) ?? 0,
    // A part of the cases is no document of all of them.
    write: values.write ?? (!quick && only.length === 0 && values.soak === undefined),
    large: values.large ?? false,
  };
}

function positive(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new TypeError(`${name} must be a number above 0, not "${given}"`);
}
