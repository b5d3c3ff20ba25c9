import { operations } from "@bincard/contracts";
import { procedure, router } from "./procedure.ts";

const { create, list } = operations.merchants;

export const merchants = router({
  create: procedure(create).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.merchants.create(principal, input),
  ),
  list: procedure(list).query(({ ctx: { ledger, principal }, input }) =>
    ledger.merchants.list(principal, input),
  ),
});
