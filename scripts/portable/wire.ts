import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A door before a PostgreSQL that writes down every statement that goes through it. */
export interface Wire {
  /** The database's URL, by way of this door. */
  readonly url: string;
  /** Texts as they were sent, once each, in the order of their first time. */
  readonly statements: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function openWire(databaseUrl: string): Promise<Wire> {
  const target = new URL(databaseUrl);
  const statements = new Set<string>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(target.port || 5432), target.hostname);
    const reader = new Reader(statements);
    client.on("data", (chunk) => reader.read(chunk));
    client.pipe(database).pipe(client);
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(socket);
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      // Either side may be cut; the other hears of it by the close.
      socket.on("error", () => other.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = typeof address === "object" && address !== null ? String(address.port) : "";
  return {
    url: url.href,
    statements,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const PARSE = 0x50;
const QUERY = 0x51;

/** What a client sends (PostgreSQL, Frontend/Backend Protocol): a start-up packet, then messages of a type and a length. */
class Reader {
  readonly #statements: Set<string>;
  #pending = Buffer.alloc(0);
  #started = false;

  constructor(statements: Set<string>) {
    this.#statements = statements;
  }

  read(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const header = this.#started ? 5 : 4;
      if (this.#pending.length < header) return;
      const length = this.#pending.readUInt32BE(header - 4) + header - 4;
      if (this.#pending.length < length) return;
      if (this.#started) this.#message(this.#pending[0] ?? 0, this.#pending.subarray(5, length));
      this.#started = true;
      this.#pending = this.#pending.subarray(length);
    }
  }

  #message(type: number, body: Buffer): void {
    if (type !== PARSE && type !== QUERY) return;
    const texts = body.toString().split("\0");
    // A statement to prepare is named before its text.
    this.#statements.add((type === PARSE ? texts[1] : texts[0]) ?? "");
  }
}
