import { createHmac } from "node:crypto";
import { appendFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Random } from "./random.ts";

/**
 * A receiver of webhooks in a process of its own, and a bad one: it answers 500, redirects, hangs, cuts the
 * connection before it has taken an event and after. What it takes it writes down before it says so, as one line of
 * its file, so that a kill at any moment loses nothing that was acknowledged.
 *
 * `receiver.ts PORT FILE SEED SIGNATURE_KEY NOTIFICATION_URL`
 */
const [port = "", file = "", seed = "", key = "", url = ""] = process.argv.slice(2);
const random = new Random(Number(seed));
/** Longer than any sender waits. */
const HANGS_MS = 12_000;

function isSigned({ headers }: IncomingMessage, body: string): boolean {
  const square = createHmac("sha256", key).update(url).update(body).digest("base64");
  const { "webhook-id": id, "webhook-timestamp": at } = headers;
  const standard = createHmac("sha256", Buffer.from(key, "base64"))
    .update(`${String(id)}.${String(at)}.${body}`)
    .digest("base64");
  return (
    headers["x-square-hmacsha256-signature"] === square &&
    headers["webhook-signature"] === `v1,${standard}`
  );
}

function take(request: IncomingMessage, body: string): void {
  const { "webhook-id": id, "square-retry-number": retry = "0" } = request.headers;
  const line = { id, retry: Number(retry), signed: isSigned(request, body), body };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  const roll = random.next();
  if (roll < 0.12) response.writeHead(random.pick([400, 404, 429, 500, 503])).end();
  else if (roll < 0.16) response.writeHead(307, { location: "/elsewhere" }).end();
  else if (roll < 0.24) request.socket.resetAndDestroy();
  else if (roll < 0.25) setTimeout(() => response.end(), HANGS_MS);
  else {
    take(request, body);
    // Taken, and the sender does not hear of it.
    if (roll < 0.32) request.socket.resetAndDestroy();
    else response.end();
  }
}

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => answer(request, response, Buffer.concat(chunks).toString()));
  request.on("error", () => undefined);
}).listen(Number(port), "127.0.0.1", () => process.stdout.write("listening\n"));
