import { operations } from "@bincard/contracts";
import { procedure, router } from "./procedure.ts";

const { create, get, list, update } = operations.locations;

export const locations = router({
  create: procedure(create).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.locations.create(principal, input),
  ),
  get: procedure(get).query(({ ctx: { ledger, principal }, input }) =>
    ledger.locations.get(principal, input),
  ),
  list: procedure(list).query(({ ctx: { ledger, principal }, input }) =>
    ledger.locations.list(principal, input),
  ),
  update: procedure(update).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.locations.update(principal, input),
  ),
});
