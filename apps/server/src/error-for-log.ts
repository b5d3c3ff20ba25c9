/** What a log line keeps of an error. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string;
  /** PostgreSQL's: which rule was broken, and where. Never its `detail`, which quotes the row. */
  readonly constraint?: string;
  readonly table?: string;
  readonly cause?: LoggedError;
}

const CAUSES_MAX = 4;
/** Our own tokens, wherever they stand, and whatever is written like a header or a URL with a password. */
const SECRETS = [
  [/\bbincard_[\w-]{16,}/g, "bincard_[redacted]"],
  [/\b(bearer) +[\x21-\x7e]+/gi, "$1 [redacted]"],
  [/(\/\/[^\s/:@]*):[^\s/@]+@/g, "$1:[redacted]@"],
] as const;
/** Drizzle repeats a statement's parameters in its message: they are what the caller sent. */
const PARAMETERS = /^params: [\s\S]*?(?=\n {4}at |$(?![\s\S]))/gm;

export function withoutSecrets(text: unknown): unknown {
  return typeof text === "string" ? clean(text) : text;
}

/** An error as its kind, its words, its place in the code and what it came from; nothing that a caller sent. */
export function errorForLog(error: unknown): unknown {
  return error instanceof Error ? logged(error, 0) : withoutSecrets(error);
}

function logged(error: Error, depth: number): LoggedError {
  const known = ["code", "constraint_name", "table_name"].map((name) => textOf(error, name));
  const [code, constraint, table] = known;
  const { cause } = error;
  return {
    type: error.name,
    message: clean(error.message),
    stack: clean(error.stack ?? ""),
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(table === undefined ? {} : { table }),
    ...(cause instanceof Error && depth < CAUSES_MAX ? { cause: logged(cause, depth + 1) } : {}),
  };
}

function textOf(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" ? clean(value) : undefined;
}

function clean(text: string): string {
  let cleaned = text.replace(PARAMETERS, "params: [redacted]");
  for (const [pattern, instead] of SECRETS) cleaned = cleaned.replace(pattern, instead);
  return cleaned;
}
