/** One call of the API, as people and programs would make it. */
export interface Call {
  /** What it does, where there are several to choose from. */
  readonly title?: string;
  /** Such as "changes.create". */
  readonly operation: string;
  readonly input: object;
  /** The command for people, without `bincard`; `bincard api` is shown when there is none. */
  readonly cli?: readonly string[] | undefined;
}

export interface Spelling {
  readonly name: "CLI" | "TypeScript" | "curl";
  readonly text: string;
}

/** The same call in three spellings, each ready to be pasted. */
export function spellings({ operation, input, cli }: Call, origin: string): readonly Spelling[] {
  const json = JSON.stringify(input);
  const words = cli ?? ["api", operation, "--input", json];
  return [
    { name: "CLI", text: ["bincard", ...words].map(quoted).join(" ") },
    { name: "TypeScript", text: `await bincard.${operation}(${literal(input)});` },
    {
      name: "curl",
      text: [
        `curl ${quoted(`${origin}/trpc/${operation}`)} \\`,
        `  -H "Authorization: Bearer $BINCARD_TOKEN" \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  -d ${quoted(json)}`,
      ].join("\n"),
    },
  ];
}

/** For a POSIX shell: what is more than a plain word stands in single quotes. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** JSON as a programmer writes it: names without quotes. */
function literal(input: object): string {
  return JSON.stringify(input, null, 2).replace(/^(\s*)"([A-Za-z_$][\w$]*)":/gm, "$1$2:");
}
