/** What a script may rely on. Every code is documented by `bincard help exit-codes` and tested. */
export const EXIT_CODES = {
  ok: 0,
  failure: 1,
  usage: 2,
  refused: 3,
  access: 4,
  missing: 5,
  partial: 6,
  drift: 7,
  unreachable: 8,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

const MEANINGS: Readonly<Record<keyof typeof EXIT_CODES, string>> = {
  ok: "done",
  failure: "failed: something unexpected, here or at the server",
  usage: "usage: the command or the request is not valid; nothing was sent or nothing was applied",
  refused: "refused by the ledger: key reused, already there, stale version, out of range",
  access: "no token, a token that is not valid any more, or one that lacks a scope",
  missing: "not found: no such item, location, change, merchant or token",
  partial: "partly done: an import left rejected rows",
  drift: "drift: verify or doctor found counts that the changes do not explain",
  unreachable: "the server cannot be reached, is starting or stopping, or asks to wait",
  interrupted: "interrupted by Ctrl-C",
};

/** The page of `bincard help exit-codes`. */
export function exitCodesPage(): string {
  const names = Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[];
  const lines = names.map((name) => `${String(EXIT_CODES[name]).padStart(5)}  ${MEANINGS[name]}`);
  return `Exit codes of every bincard command:\n\n${lines.join("\n")}\n`;
}
