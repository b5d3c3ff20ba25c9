import { DatabaseTooNew, PostgresTooOld, RolesMissing } from "@bincard/core";
import { PostgresNotStarted } from "@bincard/embedded-postgres";

/** The server could not start; the message is one sentence for the person at the terminal. */
export class NotStarted extends Error {
  override readonly name = "NotStarted";
}

/** What the person at the terminal is told. Never a password: only a URL's host, port, user and name appear. */
export function sentenceOf(error: unknown, databaseUrl: string | undefined): string {
  if (
    error instanceof NotStarted ||
    error instanceof PostgresNotStarted ||
    error instanceof DatabaseTooNew ||
    error instanceof RolesMissing ||
    error instanceof PostgresTooOld
  ) {
    return error.message;
  }
  return databaseSentence(error, databaseUrl) ?? `Bincard failed to start: ${messageOf(error)}`;
}

function databaseSentence(error: unknown, databaseUrl: string | undefined): string | undefined {
  const code = causes(error)
    .map((cause) => String(Object(cause)["code"] ?? ""))
    .find(Boolean);
  if (code === undefined || databaseUrl === undefined) return undefined;
  const url = new URL(databaseUrl);
  const server = `the PostgreSQL at ${url.hostname || "localhost"}:${url.port || "5432"}`;
  const user = decodeURIComponent(url.username) || "nobody";
  if (UNREACHABLE.has(code)) {
    const why = code === "ABORT_ERR" ? "no answer" : code;
    return `${server} that DATABASE_URL names cannot be reached (${why}): is it running there?`;
  }
  switch (code) {
    case "28P01":
    case "28000":
    case "SASL_SIGNATURE_MISMATCH":
      return `${server} does not let the user "${user}" in: check the user and password in DATABASE_URL`;
    case "3D000":
      return `${server} has no database "${decodeURIComponent(url.pathname.slice(1))}": create it, or name another in DATABASE_URL`;
    case "42501":
      return `${server} does not permit the user "${user}" to make Bincard's tables: ${messageOf(error)}`;
    default:
      return `${server} refused: ${messageOf(error)} (${code})`;
  }
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  "ABORT_ERR",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
]);

/** An error and what it wraps: Drizzle puts the driver's error inside its own. */
function causes(error: unknown): readonly unknown[] {
  const found: unknown[] = [];
  for (let at = error; at instanceof Error && found.length < 5; at = at.cause) found.push(at);
  return found;
}

function messageOf(error: unknown): string {
  const innermost = causes(error).at(-1) ?? error;
  const text = innermost instanceof Error ? innermost.message : String(innermost);
  return text.split("\n", 1)[0] ?? "";
}
