import type postgres from "postgres";
import type { Sql } from "./connect.ts";
import { type DriversQuery, isQuery, sendNow } from "./drivers-query.ts";
import { connectionLost } from "./faults.ts";
import type { LentClient, LentClients } from "./lent-clients.ts";

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
  readonly #pool: LentClients;
  readonly #views = new Map<string, Sql>();

  constructor(pool: LentClients) {
    this.#pool = pool;
  }

  /** Kept for when the merchant comes again. */
  of(merchantId: string): Sql {
    const known = this.#views.get(merchantId);
    if (known !== undefined) return known;
    if (!MERCHANT_ID.test(merchantId)) throw new Error(`${merchantId} is no merchant's id`);
    const view = viewOf(this.#pool, `set local ${SETTING} to '${merchantId}'`);
    if (this.#views.size >= VIEWS_KEPT) this.#views.clear();
    this.#views.set(merchantId, view);
    return view;
  }
}

type Transaction = postgres.TransactionSql;

/** The pool, with a transaction around each statement, and the scope at the beginning of each transaction. */
function viewOf(pool: LentClients, scope: string): Sql {
  const begin = async (...given: unknown[]): Promise<unknown> => {
    const work = given.pop() as (sql: Transaction) => unknown;
    const scoped = async (sql: Transaction) => {
      await sql.unsafe(scope);
      return work(sql);
    };
    return pool.lend(async ({ client }): Promise<unknown> =>
      Reflect.apply(client.begin, client, [...given, scoped]),
    );
  };
  const enclosed = (query: unknown): unknown => {
    if (isQuery(query)) query.handler = (sent) => void enclose(pool, scope, sent);
    return query;
  };
  // Queries are made by one client and sent through whichever is lent.
  const [maker] = pool.clients;
  if (maker === undefined) throw new Error("a pool without connections");
  return new Proxy(maker, {
    apply: (target, _, given) => enclosed(Reflect.apply(target, undefined, given)),
    get(target, name): unknown {
      if (name === "begin") return begin;
      if (name !== "unsafe") return Reflect.get(target, name);
      return (text: string, values: never[] = [], options: object = {}) =>
        // What is asked with values is asked again, in the same words.
        enclosed(target.unsafe(text, values, { ...options, prepare: values.length > 0 }));
    },
  });
}

/**
 * Sends a query in a transaction of its own. Whoever waits for the query is answered once the transaction has ended:
 * an answer is durable (L7).
 */
async function enclose(pool: LentClients, scope: string, query: DriversQuery): Promise<void> {
  const { resolve, reject } = query;
  const result = new Promise((told, failed) => {
    query.resolve = told;
    query.reject = failed;
  });
  // When the beginning fails first, that is told, and what becomes of the query is of no interest any more.
  result.catch(() => undefined);
  try {
    resolve(await pool.lend(async (one) => inTransactionOfItsOwn(one, { scope, query, result })));
  } catch (error) {
    reject(error);
  }
}

interface Enclosed {
  readonly scope: string;
  readonly query: DriversQuery;
  readonly result: Promise<unknown>;
}

/**
 * The beginning with the scope, the query and the end leave in one flush, and are answered in one: a read costs one
 * round trip. The driver would send what waits for a lost connection through the next one, outside any transaction,
 * where nothing can be seen: what it says there is not taken for an answer.
 */
async function inTransactionOfItsOwn(
  one: LentClient,
  { scope, query, result }: Enclosed,
): Promise<unknown> {
  const { client, losses } = one;
  const beginning = sendNow(client.unsafe(`begin;${scope}`));
  // Nothing may wait behind the beginning for a connection that never comes.
  if (!one.isOpen) await beginning;
  beginning.handler(query);
  const end = sendNow(client.unsafe("commit"));
  const [begun, answered, ended] = await Promise.allSettled([beginning, result, end]);
  // First: without its scope a statement may fail, too, and would say so.
  if (one.losses !== losses) throw connectionLost();
  for (const each of [begun, answered, ended]) if (each.status === "rejected") throw each.reason;
  return answered.status === "fulfilled" ? answered.value : undefined;
}
