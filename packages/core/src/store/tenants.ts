import type postgres from "postgres";
import type { Sql, Statement } from "./connect.ts";

/** What row-level security goes by: the merchants whose rows may be touched, with commas between. */
export const SETTING = "bincard.merchants";

/** Ids of merchants are ours: nothing in them can end a literal, or be taken for a comma. */
const MERCHANT_ID = /^[0-9A-Za-z]+$/;

const VIEWS_KEPT = 10_000;

/**
 * Views of a pool, each of one merchant: whatever is asked through one runs in a transaction that is that
 * merchant's, and sees no other's rows (L11). Nothing can be asked of the pool but through a view.
 */
export class Tenants {
  readonly #pool: Sql;
  readonly #views = new Map<string, Sql>();

  constructor(pool: Sql) {
    this.#pool = pool;
  }

  /** Kept for when the merchant comes again. */
  of(merchantId: string): Sql {
    const known = this.#views.get(merchantId);
    if (known !== undefined) return known;
    if (!MERCHANT_ID.test(merchantId)) throw new Error(`${merchantId} is no merchant's id`);
    const view = viewOf(this.#pool, `select set_config('${SETTING}', '${merchantId}', true)`);
    if (this.#views.size >= VIEWS_KEPT) this.#views.clear();
    this.#views.set(merchantId, view);
    return view;
  }
}

type Transaction = postgres.TransactionSql;

/** The pool, with a transaction around each statement, and the scope at the beginning of each transaction. */
function viewOf(pool: Sql, scope: string): Sql {
  const begin = async (...given: unknown[]): Promise<unknown> => {
    const work = given.pop() as (sql: Transaction) => unknown;
    const scoped = async (sql: Transaction) => {
      await sql.unsafe(scope);
      return work(sql);
    };
    return Reflect.apply(pool.begin, pool, [...given, scoped]);
  };
  const enclosed = (query: unknown): unknown => {
    if (isQuery(query)) query.handler = (sent) => void enclose(pool, scope, sent);
    return query;
  };
  return new Proxy(pool, {
    apply: (target, _, given) => enclosed(Reflect.apply(target, undefined, given)),
    get(target, name): unknown {
      if (name === "begin") return begin;
      if (name !== "unsafe") return Reflect.get(target, name);
      return (...given: unknown[]) => enclosed(Reflect.apply(target.unsafe, undefined, given));
    },
  });
}

/** A query of the driver's: its handler sends it when somebody first waits for it, unless it is part of another. */
interface DriversQuery extends Promise<unknown> {
  executed: boolean;
  handler: (query: DriversQuery) => void;
  resolve: (result: unknown) => void;
  reject: (reason: unknown) => void;
}

const isQuery = (value: unknown): value is DriversQuery =>
  value instanceof Promise && "handler" in value && typeof value.handler === "function";

/**
 * Sends a query in a transaction of its own; the scope and the query leave in one flush. Whoever waits for the query
 * is answered once the transaction has ended: an answer is durable (L7).
 */
async function enclose(pool: Sql, scope: string, query: DriversQuery): Promise<void> {
  const { resolve, reject } = query;
  const result = new Promise((told, failed) => {
    query.resolve = told;
    query.reject = failed;
  });
  // When the scope fails first, that is told, and what becomes of the query is of no interest any more.
  result.catch(() => undefined);
  try {
    resolve(
      await pool.begin(async (sql) => {
        const scoping: unknown = sql.unsafe(scope);
        if (!isQuery(scoping)) throw new Error("the driver's queries have changed");
        const send = scoping.handler;
        scoping.executed = true;
        send(scoping);
        send(query);
        await scoping;
        return result;
      }),
    );
  } catch (error) {
    reject(error);
  }
}

/** Opens a client with one connection, and is told what to call when that connection is lost. */
export type OpenWriter = (onLost: () => void) => Sql;

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

  constructor(open: OpenWriter) {
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
    const telling: unknown = this.#client.unsafe(TELL, [scope], { prepare: true });
    if (!isQuery(telling)) throw new Error("the driver's queries have changed");
    this.#scope = scope;
    telling.executed = true;
    // What fails it fails the statement, too, and is told there.
    telling.catch(() => {
      this.#scope = undefined;
    });
    telling.handler(telling);
  }
}

const TELL = `select set_config('${SETTING}', $1, false)`;

/** The lanes' connections. */
export class Writers {
  readonly #writers: readonly Writer[];

  constructor(connections: number, open: OpenWriter) {
    this.#writers = Array.from({ length: connections }, () => new Writer(open));
  }

  leastBusy(): Writer {
    return this.#writers.reduce((least, each) => (each.sent < least.sent ? each : least));
  }

  async end(options: { readonly timeout: number }): Promise<void> {
    await Promise.all(this.#writers.map((writer) => writer.end(options)));
  }
}
