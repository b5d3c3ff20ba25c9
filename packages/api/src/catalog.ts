import { operations } from "@bincard/contracts";
import { procedure, router } from "./procedure.ts";

const { upsert, get, list, delete: remove } = operations.catalog;

export const catalog = router({
  upsert: procedure(upsert).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.catalog.upsert(principal, input),
  ),
  get: procedure(get).query(({ ctx: { ledger, principal }, input }) =>
    ledger.catalog.get(principal, input),
  ),
  list: procedure(list).query(({ ctx: { ledger, principal }, input }) =>
    ledger.catalog.list(principal, input),
  ),
  delete: procedure(remove).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.catalog.delete(principal, input),
  ),
});
