import { operations } from "@bincard/contracts";
import { checkedProcedure, router } from "./procedure.ts";

const { create, list, revoke, current } = operations.tokens;

export const tokens = router({
  create: checkedProcedure(create).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.tokens.create(principal, input),
  ),
  list: checkedProcedure(list).query(({ ctx: { ledger, principal }, input }) =>
    ledger.tokens.list(principal, input),
  ),
  revoke: checkedProcedure(revoke).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.tokens.revoke(principal, input),
  ),
  current: checkedProcedure(current).query(({ ctx: { ledger, principal }, input }) =>
    ledger.tokens.current(principal, input),
  ),
});
