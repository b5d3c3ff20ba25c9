import { Complaint } from "../complaint.ts";
import type { Context } from "../context.ts";
import type { ConsoleOptions } from "../declarations/console.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { write } from "../io.ts";
import { ndjson, pretty } from "../print.ts";
import { requireToken } from "../settings.ts";

const ANSWER_MS = 10_000;

interface Code {
  readonly expiresAt: string;
  /** On the server, with the code behind its "#". */
  readonly path: string;
}

/** Prints an address that opens the console signed in, once, and opens it where there is somebody to see it. */
export async function openConsole(
  context: Context,
  { options }: Call<ConsoleOptions>,
): Promise<void> {
  const { io, format } = context;
  const settings = await context.settings();
  const client = await context.client();
  // What is wrong with the server or the token is said in the words of every other command.
  const { info, merchant } = await client.tokens.current({});
  const { path, expiresAt } = await makeCode(context, {
    url: settings.url,
    token: requireToken(settings),
  });
  const url = `${settings.url}${path}`;
  if (format === "json") await write(io.stdout, pretty({ url, expiresAt }));
  else if (format === "ndjson") await write(io.stdout, ndjson([{ url, expiresAt }]));
  else await write(io.stdout, `${url}\n`);
  await context.note(
    `signs in ${info.application.name} of ${merchant.name}; good once, for a minute`,
  );
  const isSeen = io.stdout.isTTY === true && format === "table";
  if (options.open === false || !isSeen || io.openPage === undefined) return;
  await io.openPage(url).catch(async () => context.note("no browser was found: open it yourself"));
}

async function makeCode(
  { io }: Context,
  { url, token }: { url: string; token: string },
): Promise<Code> {
  const answer = await (io.fetch ?? fetch)(`${url}/console/codes`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.any([io.interrupted, AbortSignal.timeout(ANSWER_MS)]),
  });
  const body: unknown = await answer.json().catch(() => undefined);
  const path: unknown = Object(body)["path"];
  const expiresAt: unknown = Object(body)["expiresAt"];
  if (answer.ok && typeof path === "string" && typeof expiresAt === "string")
    return { path, expiresAt };
  throw refusalIn(body, answer.status);
}

/** What else than a code came back: in the words of the server, where it has any. */
function refusalIn(body: unknown, status: number): Complaint {
  const said: unknown = Object(Object(body)["error"])["message"];
  const message = typeof said === "string" ? said : `HTTP ${status}`;
  if (status === 429 || status === 503)
    return new Complaint("UNAVAILABLE", message, { exitCode: EXIT_CODES.unreachable });
  if (status === 401 || status === 403)
    return new Complaint("NOT_PERMITTED", message, { exitCode: EXIT_CODES.access });
  return new Complaint("UNEXPECTED", message, {
    exitCode: EXIT_CODES.failure,
    hint: "does this server have a console? It may be older than this CLI",
  });
}
