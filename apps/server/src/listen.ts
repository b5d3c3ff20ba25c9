import { once } from "node:events";
import { createServer, IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { BlockList } from "node:net";
import { LIMITS } from "@bincard/contracts";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { App } from "./app.ts";
import { addressOf, NOWHERE } from "./client-address.ts";
import { NotStarted } from "./not-started.ts";
import type { ThinAnswer } from "./thin-door.ts";

export interface Listening {
  /** `http://host:port`, with the port the system chose when 0 was asked for. */
  readonly url: string;
  /** Open ones. */
  readonly connections: () => number;
  /** From now on every answer ends its connection; resolves when no request is being answered. */
  drain(): Promise<void>;
  /** Stops listening and cuts whatever is still connected. */
  close(): Promise<void>;
}

/** How long callers may take, in milliseconds. */
export interface Patience {
  /** For a request's headers, from its first byte or from the opening of the connection. */
  readonly headers: number;
  /** For the whole request. */
  readonly request: number;
  /** Until the next request on the same connection. */
  readonly keepAlive: number;
  /** For anything at all to move: a reader that takes nothing of its answer is cut off. */
  readonly silence: number;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** No limit of ours when left out. */
  readonly maxConnections?: number | undefined;
  readonly onConnectionDropped?: () => void;
  readonly trustedProxies?: BlockList | undefined;
  /** What `LIMITS` says when left out. */
  readonly patience?: Patience;
}

const PATIENCE: Patience = {
  headers: LIMITS.headersSeconds * 1_000,
  request: LIMITS.requestSeconds * 1_000,
  keepAlive: LIMITS.keepAliveSeconds * 1_000,
  silence: LIMITS.silentSeconds * 1_000,
};

/**
 * Puts the app behind a port.
 * @throws NotStarted when the port or the host cannot be had.
 */
export async function listen(
  app: Pick<App, "fetch"> & Partial<Pick<App, "thin">>,
  options: ListenOptions,
): Promise<Listening> {
  const { host, port, patience = PATIENCE, trustedProxies } = options;
  const ordinary = getRequestListener(
    async (request, { incoming }) =>
      app.fetch(request, {
        address: () =>
          incoming instanceof IncomingMessage ? addressOf(incoming, trustedProxies) : NOWHERE,
      }),
    { errorHandler: unreadable },
  );
  const server = createServer(
    {
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      keepAliveTimeout: patience.keepAlive,
      // How often the two above are looked at.
      connectionsCheckingInterval: Math.min(5_000, patience.headers),
    },
    (incoming, outgoing) => {
      const answer = app.thin?.({
        method: incoming.method,
        url: incoming.url,
        headers: incoming.headers,
        address() {
          return addressOf(incoming, trustedProxies);
        },
        async read() {
          return bytesOf(incoming);
        },
      });
      if (answer === undefined) void ordinary(incoming, outgoing);
      else answer.then((given) => send(outgoing, given)).catch(() => outgoing.destroy());
    },
  );
  server.timeout = patience.silence;
  if (options.maxConnections !== undefined) server.maxConnections = options.maxConnections;
  server.on("drop", () => options.onConnectionDropped?.());
  const traffic = watchTraffic(server);
  server.listen({ host, port, exclusive: true });
  await once(server, "listening").catch((error: unknown) => {
    throw notListening(error, { host, port });
  });
  const address = server.address();
  const bound = address !== null && typeof address === "object" ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    connections: traffic.connections,
    drain: traffic.drain,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The whole body; rejects when the caller goes away before its end. */
async function bytesOf(incoming: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const goAway = () => reject(new Error("the caller went away"));
    // By the time its body is asked for it may be gone, and then nothing more is heard of it.
    if (incoming.destroyed) return goAway();
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.once("end", () => {
      const [first = Buffer.alloc(0)] = chunks;
      resolve(chunks.length > 1 ? Buffer.concat(chunks) : first);
    });
    incoming.once("error", reject);
    incoming.once("close", goAway);
  });
}

function send(outgoing: ServerResponse, { status, headers, text }: ThinAnswer): void {
  outgoing.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(text) });
  outgoing.end(text);
}

interface Traffic {
  connections(): number;
  drain(): Promise<void>;
}

/** Counts the connections, and the requests being answered. */
function watchTraffic(server: Server): Traffic {
  let inside = 0;
  let open = 0;
  let draining = false;
  let empty = () => {};
  server.on("connection", (socket) => {
    open += 1;
    socket.once("close", () => (open -= 1));
  });
  server.prependListener("request", (_, response) => {
    inside += 1;
    if (draining) response.shouldKeepAlive = false;
    response.once("close", () => {
      inside -= 1;
      if (inside === 0) empty();
    });
  });
  return {
    connections: () => open,
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
