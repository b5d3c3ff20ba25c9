/**
 * A query of the driver's. Its handler sends it: some turns after somebody first waits for it, or at once when we
 * call it. That order is what we need to know, when what must go first has to go first.
 */
export interface DriversQuery extends Promise<unknown> {
  /** Whether it was sent, or is about to be. */
  executed: boolean;
  handler: (query: DriversQuery) => void;
  resolve: (result: unknown) => void;
  reject: (reason: unknown) => void;
}

export const isQuery = (value: unknown): value is DriversQuery =>
  value instanceof Promise && "handler" in value && typeof value.handler === "function";

/** Sends it this very moment, where the driver would let others go ahead. */
export function sendNow(query: unknown): DriversQuery {
  if (!isQuery(query)) throw new Error("the driver's queries have changed");
  query.executed = true;
  query.handler(query);
  return query;
}
