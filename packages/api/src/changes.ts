import { operations } from "@bincard/contracts";
import { procedure, router } from "./procedure.ts";

const { create, list, get, ofObject } = operations.changes;

export const changes = router({
  create: procedure(create).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.changes.create(principal, input),
  ),
  list: procedure(list).query(({ ctx: { ledger, principal }, input }) =>
    ledger.changes.list(principal, input),
  ),
  get: procedure(get).query(({ ctx: { ledger, principal }, input }) =>
    ledger.changes.get(principal, input),
  ),
  ofObject: procedure(ofObject).query(({ ctx: { ledger, principal }, input }) =>
    ledger.changes.ofObject(principal, input),
  ),
});
