import type { Sql } from "./connect.ts";

/** Opens a client with one connection, and is told what to call when that connection is lost. */
export type OpenClient = (onLost: () => void) => Sql;

/** A client of one connection: what is sent through it arrives in that order, on the same connection. */
export interface LentClient {
  readonly client: Sql;
  /** How often its connection was lost. */
  readonly losses: number;
  /** Whether an answer came through the connection that it has now. */
  readonly isOpen: boolean;
}

interface OwnedClient extends LentClient {
  losses: number;
  isOpen: boolean;
}

/**
 * A pool whose clients are lent one at a time. The driver's own pool decides by itself where a query goes, and sends
 * what was waiting for a lost connection through the next one; whoever borrows a client sees both.
 */
export class LentClients {
  readonly #all: readonly OwnedClient[];
  /** The one used last is lent first: it has its statements prepared. */
  readonly #idle: OwnedClient[];
  readonly #waiting: ((one: OwnedClient) => void)[] = [];

  constructor(connections: number, open: OpenClient) {
    this.#all = Array.from({ length: connections }, () => {
      const one: OwnedClient = {
        client: open(() => {
          one.losses++;
          one.isOpen = false;
        }),
        losses: 0,
        isOpen: false,
      };
      return one;
    });
    this.#idle = [...this.#all];
  }

  get clients(): Sql[] {
    return this.#all.map(({ client }) => client);
  }

  /** Whoever waits is served in the order they came. */
  async lend<Result>(work: (one: LentClient) => Promise<Result>): Promise<Result> {
    const one =
      this.#idle.pop() ??
      (await new Promise<OwnedClient>((resolve) => void this.#waiting.push(resolve)));
    const { losses } = one;
    try {
      const result = await work(one);
      one.isOpen = one.losses === losses;
      return result;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(one);
      else next(one);
    }
  }

  async end(options: { readonly timeout: number }): Promise<void> {
    await Promise.all(this.#all.map(({ client }) => client.end(options)));
  }
}
