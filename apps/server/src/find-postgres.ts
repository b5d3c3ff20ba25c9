import { once } from "node:events";
import { connect } from "node:net";
import { NotStarted } from "./not-started.ts";

/** PostgreSQL's SSLRequest: its own length, then a number that no other message begins with. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
/** The one byte it is answered with: willing, or not. */
const ANSWERS: ReadonlySet<string> = new Set(["S", "N"]);
const PATIENCE_MILLISECONDS = 5_000;
const DEFAULT_PORT = 5_432;

/**
 * Makes sure that a PostgreSQL answers where the URL points: the driver would knock again and again where
 * something else does, or nothing.
 * @throws NotStarted when it is something else, the system's error when nothing can be reached.
 */
export async function findPostgres(databaseUrl: string): Promise<void> {
  const { hostname, port } = new URL(databaseUrl);
  // Without a host the URL means a socket in some folder, which the driver finds by its own rules.
  if (hostname === "") return;
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = connect({ host, port: port === "" ? DEFAULT_PORT : Number(port) });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
    socket.write(SSL_REQUEST);
    if (!ANSWERS.has(await firstByte(socket))) throw somethingElse(databaseUrl);
  } finally {
    socket.destroy();
  }
}

/** "" when it hangs up, or says nothing for too long. */
async function firstByte(socket: NodeJS.ReadableStream): Promise<string> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
    const events: unknown[] = await once(socket, "data", { signal });
    const [data] = events;
    return Buffer.isBuffer(data) ? data.toString("latin1", 0, 1) : "";
  } catch {
    return "";
  }
}

function somethingElse(databaseUrl: string): NotStarted {
  const { hostname, port } = new URL(databaseUrl);
  const place = `${hostname}:${port === "" ? DEFAULT_PORT : port}`;
  return new NotStarted(
    `what answers at ${place}, which DATABASE_URL names, is not a PostgreSQL: check host and port`,
  );
}
