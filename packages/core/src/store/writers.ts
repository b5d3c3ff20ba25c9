import type { Sql, Statement } from "./connect.ts";
import { isQuery, sendNow } from "./drivers-query.ts";
import type { OpenClient } from "./lent-clients.ts";
import { SETTING } from "./tenants.ts";

/**
 * A lane's connection, for statements that carry several merchants' groups. The setting leaves right before the
 * statement, in the same flush on the same connection, unless the connection has it already. Should the two be parted
 * by a cut, the statement finds nothing it may touch: its fences count as missed, its gaps as unseen, and their lanes
 * try again.
 */
export class Writer {
  readonly #client: Sql;
  #sent = 0;
  /** The merchants that the connection was told last; undefined when it may know none. */
  #scope: string | undefined;

  constructor(open: OpenClient) {
    this.#client = open(() => {
      this.#scope = undefined;
    });
  }

  /** Statements sent and not yet answered. */
  get sent(): number {
    return this.#sent;
  }

  async run<Result>(
    merchantIds: readonly string[],
    statement: (sql: Statement) => Promise<Result>,
  ): Promise<Result> {
    this.#sent++;
    try {
      return await statement(this.#scopedTo(merchantIds.join(",")));
    } finally {
      this.#sent--;
    }
  }

  async end(options: { readonly timeout: number }): Promise<void> {
    await this.#client.end(options);
  }

  /**
   * The client, with the setting sent the very moment before a statement. A query of the driver's leaves some
   * turns after it was made, and by then another's setting may have gone ahead of it.
   */
  #scopedTo(scope: string): Statement {
    return new Proxy(this.#client, {
      get: (client, name): unknown => {
        if (name !== "unsafe") throw new Error("a lane's statement is sent as text");
        return (...given: unknown[]) => {
          const query: unknown = Reflect.apply(client.unsafe, undefined, given);
          if (!isQuery(query)) throw new Error("the driver's queries have changed");
          const send = query.handler;
          query.handler = (sent) => {
            if (this.#scope !== scope) this.#tell(scope);
            send(sent);
          };
          return query;
        };
      },
    });
  }

  #tell(scope: string): void {
    this.#scope = scope;
    const telling = sendNow(this.#client.unsafe(TELL, [scope], { prepare: true }));
    // What fails it fails the statement, too, and is told there.
    telling.catch(() => {
      this.#scope = undefined;
    });
  }
}

const TELL = `select set_config('${SETTING}', $1, false)`;

/** The lanes' connections. */
export class Writers {
  readonly #writers: readonly Writer[];

  constructor(connections: number, open: OpenClient) {
    this.#writers = Array.from({ length: connections }, () => new Writer(open));
  }

  leastBusy(): Writer {
    return this.#writers.reduce((least, each) => (each.sent < least.sent ? each : least));
  }

  async end(options: { readonly timeout: number }): Promise<void> {
    await Promise.all(this.#writers.map((writer) => writer.end(options)));
  }
}
