import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import { onTestFinished } from "vitest";

/** One request as the receiver had it. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** How it answers from now on; 200 until told. */
  answer(answering: (received: Received, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

export async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A receiver on a port of its own; gone after the test. */
export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let answering = (_: Received, response: ServerResponse): void => void response.end();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const one = { path: request.url ?? "", headers: request.headers, body };
      received.push(one);
      answering(one, response);
    });
  });
  const port = await listening(server);
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    answer(next) {
      answering = next;
    },
    close,
  };
}
