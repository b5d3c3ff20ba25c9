import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { App } from "./app.ts";
import { NotStarted } from "./not-started.ts";

export interface Listening {
  /** `http://host:port`, with the port the system chose when 0 was asked for. */
  readonly url: string;
  /** From now on every answer ends its connection; resolves when no request is being answered. */
  drain(): Promise<void>;
  /** Stops listening and cuts whatever is still connected. */
  close(): Promise<void>;
}

const HEADERS_MILLISECONDS = 15_000;
const REQUEST_MILLISECONDS = 120_000;
const KEEP_ALIVE_MILLISECONDS = 65_000;

/**
 * Puts the app behind a port.
 * @throws NotStarted when the port or the host cannot be had.
 */
export async function listen(
  app: App,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  const server = createServer(
    {
      headersTimeout: HEADERS_MILLISECONDS,
      requestTimeout: REQUEST_MILLISECONDS,
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    },
    getRequestListener(async (request) => app.fetch(request), { errorHandler: unreadable }),
  );
  const traffic = watchTraffic(server);
  server.listen({ host, port, exclusive: true });
  await once(server, "listening").catch((error: unknown) => {
    throw notListening(error, { host, port });
  });
  const address = server.address();
  const bound = address !== null && typeof address === "object" ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    drain: traffic.drain,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Counts the requests being answered. */
function watchTraffic(server: Server): { drain(): Promise<void> } {
  let inside = 0;
  let draining = false;
  let empty = () => {};
  server.prependListener("request", (_, response) => {
    inside += 1;
    if (draining) response.shouldKeepAlive = false;
    response.once("close", () => {
      inside -= 1;
      if (inside === 0) empty();
    });
  });
  return {
    async drain() {
      draining = true;
      server.closeIdleConnections();
      if (inside > 0) await new Promise<void>((resolve) => (empty = resolve));
    },
  };
}

/** What HTTP itself cannot make sense of never reaches a door. */
function unreadable(error: unknown): Response {
  const bad = error instanceof RequestError;
  const message = bad
    ? "this is not a valid HTTP request"
    : "Bincard failed to answer this request";
  const code = bad ? "INVALID_VALUE" : "INTERNAL";
  return Response.json({ error: { code, message } }, { status: bad ? 400 : 500 });
}

function notListening(error: unknown, { host, port }: { host: string; port: number }): unknown {
  switch (Object(error)["code"]) {
    case "EADDRINUSE":
      return new NotStarted(
        `port ${port} of ${host} is in use: stop what listens there, or choose another with PORT`,
      );
    case "EACCES":
      return new NotStarted(
        `this user may not listen on port ${port}: choose one above 1023 with PORT`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new NotStarted(`HOST ${host} is not an address of this machine`);
    default:
      return error;
  }
}
