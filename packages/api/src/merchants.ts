import { operations } from "@bincard/contracts";
import { checkedProcedure, router } from "./procedure.ts";

const { create, list } = operations.merchants;

export const merchants = router({
  create: checkedProcedure(create).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.merchants.create(principal, input),
  ),
  list: checkedProcedure(list).query(({ ctx: { ledger, principal }, input }) =>
    ledger.merchants.list(principal, input),
  ),
});
