import { operations } from "@bincard/contracts";
import { procedure, router } from "./procedure.ts";

const { create, list, revoke, current } = operations.tokens;

export const tokens = router({
  create: procedure(create).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.tokens.create(principal, input),
  ),
  list: procedure(list).query(({ ctx: { ledger, principal }, input }) =>
    ledger.tokens.list(principal, input),
  ),
  revoke: procedure(revoke).mutation(({ ctx: { ledger, principal }, input }) =>
    ledger.tokens.revoke(principal, input),
  ),
  current: procedure(current).query(({ ctx: { ledger, principal }, input }) =>
    ledger.tokens.current(principal, input),
  ),
});
