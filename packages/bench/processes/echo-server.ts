import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { serve } from "./serve.ts";

/** What a process that listens tells its parent. */
export interface Listens {
  readonly url: string;
}

const ANSWER = JSON.stringify({ result: { data: { position: 1, replayed: false } } });

/** The floor of HTTP in Node: a fixed answer, at `/read` once the body was read, elsewhere at once. */
await serve(async () => {
  const server = createServer((request, response) => {
    if (request.url !== "/read") {
      answer(response);
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (Buffer.concat(chunks).toString("utf8").length > 0) answer(response);
      else response.writeHead(400).end();
    });
  });
  server.listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const ready: Listens = { url: `http://127.0.0.1:${port}` };
  return {
    ready,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
});

function answer(response: ServerResponse): void {
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(ANSWER),
  });
  response.end(ANSWER);
}
